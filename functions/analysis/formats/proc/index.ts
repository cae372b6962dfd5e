import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { headingOf } from '../heading.ts';
import { lastValues } from '../last-values.ts';
import { isTimeLine, splitTime } from '../time-line.ts';
import {
  MAPPING,
  MEMINFO_FIELDS,
  MEMORY_FIELD,
  PRESSURE,
  PROC_FILE,
  SMAPS_FIELDS,
  STAT,
  STATM,
  STATUS_FIELDS,
} from './fields.ts';
import { parseProc } from './parse.ts';
import { mappingsTable } from './views.ts';

export const proc: Analyser = {
  format: 'proc',
  title: '/proc files (status, smaps, smaps_rollup, stat, statm, meminfo, pressure)',
  version: 4,
  detect(head) {
    if (head.includes(0)) return 'no';
    const lines = new TextDecoder('utf-8').decode(head).split(/\r?\n/, 120);
    if (lines.length > 1) lines.pop();
    const seen = { status: 0, smaps: 0, meminfo: 0, whole: 0, memory: 0, others: 0 };
    for (const line of lines) {
      const text = line.trimEnd();
      if (text.trim() === '' || isTimeLine(text) || headingOf(text) !== undefined) continue;
      const rest = splitTime(text.replace(PROC_FILE, '')).rest;
      if (rest === '') continue;
      if (MEMORY_FIELD.test(rest)) seen.memory++;
      const name = /^([A-Za-z_()0-9]{2,40}):\s/.exec(rest)?.[1];
      if (MAPPING.test(rest) || PRESSURE.test(rest) || STAT.test(rest) || STATM.test(rest)) seen.whole++;
      else if (name === undefined) seen.others++;
      else if (MEMINFO_FIELDS.has(name)) seen.meminfo++;
      else if (SMAPS_FIELDS.has(name)) seen.smaps++;
      else if (STATUS_FIELDS.has(name)) seen.status++;
    }
    if (seen.others > seen.whole + seen.status + seen.smaps + seen.meminfo) return 'no';
    if (seen.smaps >= 3 || seen.meminfo >= 3 || seen.status >= 4) return 'yes';
    if (seen.memory > 0 && seen.others === 0) return 'yes';
    return seen.whole > 0 ? 'yes' : 'no';
  },
  async analyse(source, run) {
    const parsed = await parseProc(source, run);
    const { samples, mappings, warnings } = parsed;
    return analysisFromSamples(
      samples,
      {
        format: proc.format,
        version: proc.version,
        warnings,
        facts: [
          ...(parsed.mappingCount === 0 ? [] : [{ name: 'mappings', value: parsed.mappingCount, unit: 'count' }]),
          ...lastValues(samples),
        ],
        views: mappings.length === 0 ? [] : [mappingsTable(mappings, Math.min(2000, run.limits.tableRows))],
      },
      run,
    );
  },
};
