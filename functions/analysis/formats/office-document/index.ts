import { AppError } from '../../../model/error.ts';
import type { Analyser } from '../../analyser.ts';

const INSTEAD =
  'Open the workbook, go to the sheet with the times and the numbers, and save that as CSV (Excel: File > Save As > CSV UTF-8; ' +
  'LibreOffice: `libreoffice --headless --convert-to csv FILE`; Numbers: File > Export To > CSV), or export CSV from the tool that the numbers come from; then send the CSV.';

/**
 * Workbooks and other documents, which are zips of XML: recognised and refused with the way out. Reading them would take an XML reader that the
 * dependencies do not have, to reach numbers that every program that opens them also writes as CSV. Other zips never come here: they are unpacked.
 */
export const officeDocument: Analyser = {
  format: 'office-document',
  title: 'Office document (xlsx, ods, numbers): recognised, not read',
  version: 1,
  offered: false,
  detect: ([p, k, three, four]) => (p === 0x50 && k === 0x4b && three === 3 && four === 4 ? 'yes' : 'no'),
  analyse: () =>
    Promise.reject(
      new AppError(
        'unsupported',
        `This is a document of an office program, such as an Excel workbook, which Casebook does not read. ${INSTEAD}`,
        {
          data: { format: 'office-document', instead: INSTEAD },
        },
      ),
    ),
};
