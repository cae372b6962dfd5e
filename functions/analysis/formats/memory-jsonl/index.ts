import type { Analyser } from '../../analyser.ts';
import { analysisFromSamples } from '../../series/samples-to-analysis.ts';
import { splitTime, timeOfLine } from '../time-line.ts';
import { parseMemoryLines, parseObject } from './parse.ts';
import { dated, pairsOf, recordOfJson, runtimeOf, tellsMemory, timeOfPair, unframed } from './record.ts';

/** The first record of an array that stands on one line, alone or in an object. */
const ARRAY_HEAD = /^(?:\{\s?"\w{1,40}"\s?:\s?)?\[(\{[^{}]{1,4000}(?:\{[^{}]{1,4000}\}[^{}]{0,4000})?\})/;

export const memoryLines: Analyser = {
  format: 'memory-jsonl',
  title: 'Memory of a runtime, again and again (process.memoryUsage(), :erlang.memory/0)',
  version: 4,
  detect(head) {
    if (head.includes(0)) return 'no';
    const lines = new TextDecoder('utf-8').decode(head).split(/\r?\n/, 60);
    if (head.length >= 65_536 && lines.length > 1) lines.pop();
    let records = 0;
    let others = 0;
    let open = new Set<string>();
    for (const line of lines) {
      const text = unframed(line.trim());
      if (text === '' || !Number.isNaN(timeOfLine(text))) continue;
      const { timeMs, rest } = splitTime(text);
      if (!Number.isNaN(timeOfPair(rest))) continue;
      const array = ARRAY_HEAD.exec(rest)?.[1];
      const brace = rest.indexOf('{');
      const json = parseObject(array ?? (brace >= 0 && rest.endsWith('}') ? rest.slice(brace) : ''));
      const pairs = json === undefined ? pairsOf(rest) : [];
      if (json !== undefined && tellsMemory(dated(recordOfJson(json), timeMs))) records++;
      else if (pairs.length > 0) {
        for (const [key] of pairs) open.add(key);
        if (runtimeOf(open) === undefined) continue;
        records++;
        open = new Set();
      } else if (!/^[[\]{}(),;\s]*$/.test(rest)) others++;
    }
    if (records === 0) return 'no';
    return records >= others ? 'yes' : records * 4 >= others ? 'maybe' : 'no';
  },
  async analyse(source, run) {
    const { samples, records, runtime, warnings } = await parseMemoryLines(source, run);
    return analysisFromSamples(
      samples,
      {
        format: memoryLines.format,
        version: memoryLines.version,
        warnings,
        facts: [{ name: 'records', value: records, unit: 'count' }],
        context: runtime === undefined ? {} : { runtime },
      },
      run,
    );
  },
};
