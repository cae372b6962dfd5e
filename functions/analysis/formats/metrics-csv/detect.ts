import type { Detection } from '../../analyser.ts';
import { beginningOf } from './beginning.ts';
import { isDated } from './cells.ts';

/** A table whose first rows have a column of times and one of numbers. Dates are sure; a mere index or clock is a maybe. */
export function detectMetricsCsv(head: Uint8Array): Detection {
  if (head.includes(0)) return 'no';
  const lines: Uint8Array[] = [];
  let from = 0;
  while (from < head.length && lines.length < 40) {
    const found = head.indexOf(10, from);
    // A last line without its end may be cut; it counts only where it is all there is beside a header.
    if (found < 0 && lines.length > 2) break;
    const stop = found < 0 ? head.length : found;
    const line = head.subarray(from, stop > from && head[stop - 1] === 13 ? stop - 1 : stop);
    if (line.length > 0) lines.push(line);
    from = stop + 1;
  }
  const [first] = lines;
  if (first === undefined || lines.length < 2 || first[0] === 0x7b || first[0] === 0x5b) return 'no';
  const beginning = beginningOf(lines);
  if (beginning === undefined) return 'no';
  const { plan } = beginning;
  const values = plan.columns.filter(({ role }) => role === 'value');
  // Tables of events and logs have times as well; what they count is rarely a series.
  if (plan.columns.some(({ name }) => EVENT_NAMES.test(name.trim()))) return 'no';
  const texts = plan.columns.filter(({ role }) => role === 'label').length;
  if (texts > 12 || texts > 4 * values.length + 4) return 'no';
  // Clinic.js' tables read as tables as well, but their own reader knows what the columns mean.
  if (plan.columns.some(({ name }) => CLINIC_NAMES.test(name.trim()))) return 'maybe';
  return plan.hasHeader && isDated(plan.timeStyle) ? 'yes' : 'maybe';
}

const CLINIC_NAMES = /^(?:memory\.heapUsed|startTimestamp)$/;
const EVENT_NAMES =
  /^(?:_raw|message|msg|log|level|severity|eventtemplate|eventid|content|lineid|gc event|sourcetype)$/i;
