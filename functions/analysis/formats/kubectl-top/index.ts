import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { isTimeLine, splitTime } from '../time-line.ts';
import { layoutOfHeader, layoutOfRow, parseKubectlTop, prefixOf } from './parse.ts';

export const kubectlTop: Analyser = {
  format: 'kubectl-top',
  title: 'kubectl top pod / node',
  version: 4,
  detect(head) {
    if (head.includes(0)) return 'no';
    const lines = new TextDecoder('utf-8').decode(head).split(/\r?\n/, 60);
    let rows = 0;
    let others = 0;
    for (const line of lines) {
      const text = line.trim();
      if (text === '' || /^_+/.test(text) || isTimeLine(text)) continue;
      const words = splitTime(text).rest.split(/\s+/);
      if (layoutOfHeader(words.slice(prefixOf(words))) !== undefined) return others <= 3 ? 'yes' : 'maybe';
      if (layoutOfRow(words) !== undefined) rows++;
      else others++;
    }
    if (rows >= 2 && rows > others) return 'yes';
    if (rows === 1 && others === 0) return 'maybe';
    return /kubectl top|metrics api not available/i.test(lines.slice(0, 8).join('\n')) ? 'maybe' : 'no';
  },
  async analyse(source, run) {
    const { samples, rounds, warnings } = await parseKubectlTop(source, run);
    return analysisFromSamples(
      samples,
      {
        format: kubectlTop.format,
        version: kubectlTop.version,
        warnings,
        facts: [{ name: 'tables', value: rounds, unit: 'count' }],
      },
      run,
    );
  },
};
