import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { parseClinicDoctor } from './parse.ts';

const STATS = /^\s*timestamp\s*,\s*interval\s*,\s*delay\s*,\s*cpu\s*,\s*memory\.rss\s*,/;
const TRACE = /^\s*interval\s*,\s*startTimestamp\s*,\s*endTimestamp\s*,\s*duration\s*,\s*type\s*\r?(?:\n|$)/;

export const clinicDoctor: Analyser = {
  format: 'clinic-doctor',
  title: 'Clinic.js Doctor process statistics or trace events (CSV)',
  version: 4,
  detect(head) {
    const text = new TextDecoder('utf-8').decode(head.subarray(0, 512));
    return STATS.test(text) || TRACE.test(text) ? 'yes' : 'no';
  },
  async analyse(source, run) {
    const { samples, facts, warnings } = await parseClinicDoctor(source, run);
    return analysisFromSamples(
      samples,
      {
        format: clinicDoctor.format,
        version: clinicDoctor.version,
        warnings,
        facts,
        context: { runtime: 'Node.js' },
      },
      run,
    );
  },
};
