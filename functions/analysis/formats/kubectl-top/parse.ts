import { AppError } from '../../../model/error.ts';
import type { ByteSource, Run } from '../../analyser.ts';
import { eachLine } from '../../bytes/lines.ts';
import { readRange } from '../../bytes/read.ts';
import { decodeText } from '../../bytes/text-pool.ts';
import type { SampleSet } from '../../series/sample-set.ts';
import { Complaints } from '../complaints.ts';
import { POD_NAME } from '../heading.ts';
import { setLabel } from '../labels.ts';
import { parseQuantity } from '../quantity.ts';
import { Rounds } from '../rounds.ts';
import { afterTime, splitTime } from '../time-line.ts';

export interface TopSamples {
  readonly samples: SampleSet;
  /** Tables in the file: how often the command was repeated. */
  readonly rounds: number;
  readonly warnings: readonly string[];
}

/** What each column of a row is. */
type Layout = readonly (keyof typeof METRICS | 'namespace' | 'pod' | 'container' | 'node' | 'percent' | 'other')[];

/** Columns of numbers: what they measure, after `container_` or `node_`, and in what. */
const METRICS = {
  cpu: { name: 'cpu_usage_cores', unit: 'cores' },
  memory: { name: 'memory_working_set_bytes', unit: 'bytes' },
  swap: { name: 'memory_swap', unit: 'bytes' },
};

const ERRORS = /metrics api not available|metrics not available yet|metrics not yet available|error from server/i;
const CPU = /^(?:\d+(?:\.\d+)?(?:m|n|u)?|<unknown>)$/;
const MEMORY = /^(?:\d+(?:\.\d+)?(?:[KMGTPE]i?|k)?|<unknown>)$/;

/**
 * `kubectl top pod`, `--containers`, `-A`, `kubectl top node`, with or without headers, once or repeated, with the time on
 * a line before each table or in front of each row. Memory is the working set of the Metrics Server; CPU is in cores.
 */
export async function parseKubectlTop(source: ByteSource, run: Run): Promise<TopSamples> {
  const rounds = new Rounds(run);
  const complaints = new Complaints('line');
  const containers = hasContainers(await readRange(source, 0, 65_536));
  let layout: Layout | undefined;
  let prefixWords = 0;
  let failure: string | undefined;
  await eachLine(source, run, { maxLineBytes: 4096 }, (bytes, start, end, line) => {
    const text = decodeText(bytes, start, end).trim();
    if (text === '' || /^[_\s]+$/.test(text)) return undefined;
    if (rounds.takeTime(text)) return undefined;
    const { timeMs, rest } = splitTime(rounds.afterClock(text));
    const all = rest.split(/\s+/);
    const prefix = prefixOf(all);
    const header = layoutOfHeader(all.slice(prefix));
    if (header !== undefined) {
      layout = header;
      prefixWords = prefix;
      if (Number.isNaN(timeMs)) rounds.next();
      return undefined;
    }
    const words = all.slice(all.length === (layout?.length ?? 0) + prefixWords ? prefixWords : 0);
    const known = layout?.length === words.length ? layout : layoutOfRow(words, containers);
    if (known === undefined) {
      if (!Number.isNaN(timeMs)) rounds.at(timeMs);
      if (ERRORS.test(text)) failure ??= text.slice(0, 300);
      else if (words.length > 2 && Number.isNaN(timeMs) && !/\bkubectl\b/.test(text))
        complaints.add('a line that is no row of the table', line);
      return undefined;
    }
    if (!addRow(rounds, known, words, timeMs))
      complaints.add('a row without numbers (<unknown>): the Metrics Server has none yet', line);
    return undefined;
  });
  const samples = rounds.finish();
  if (samples.series.length === 0) {
    throw new AppError(
      'bad-input',
      failure === undefined
        ? 'there is no row of a `kubectl top` table; run `kubectl top pod --containers` and send what it prints'
        : `kubectl printed an error instead of a table ("${failure}"): install or repair the Metrics Server, or send the same from Prometheus`,
    );
  }
  const warnings = complaints.warnings();
  if (failure !== undefined) warnings.push(`kubectl printed an error in between: ${failure}`);
  return { samples, rounds: rounds.count, warnings };
}

/** How many words stand before the header: `ts` puts a time there, a log its host and level. */
export function prefixOf(words: readonly string[]): number {
  const first = words.findIndex((word) => word === 'NAMESPACE' || word === 'POD' || word === 'NAME');
  return Math.max(0, first);
}

/** Columns by their header; undefined where the words are no header. */
export function layoutOfHeader(words: readonly string[]): Layout | undefined {
  if (!words.includes('NAME') || !words.some((word) => word.startsWith('MEMORY'))) return undefined;
  const isNode = words.includes('CPU%') || words.includes('MEMORY%') || words.includes('CPU(%)');
  const hasPod = words.includes('POD');
  return words.map((word) => {
    if (word === 'NAMESPACE') return 'namespace';
    if (word === 'POD') return 'pod';
    if (word === 'NAME') return isNode ? 'node' : hasPod ? 'container' : 'pod';
    if (word.includes('%')) return 'percent';
    if (word.startsWith('SWAP')) return 'swap';
    if (word.startsWith('MEMORY')) return 'memory';
    return word.startsWith('CPU') ? 'cpu' : 'other';
  });
}

/** Columns of a row without a header (`--no-headers`), told by where CPU and memory stand. */
export function layoutOfRow(words: readonly string[], containers = false): Layout | undefined {
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = words;
  const isPair = (cpu: string, memory: string): boolean =>
    CPU.test(cpu) &&
    MEMORY.test(memory) &&
    (/[mnu]$/.test(cpu) || /[KMGTPE]i$/.test(memory) || cpu + memory === '<unknown><unknown>');
  if (words.length === 3 && isPair(second, third)) return ['pod', 'cpu', 'memory'];
  if (words.length === 4 && isPair(third, fourth)) {
    return [...(containers ? (['pod', 'container'] as const) : (['namespace', 'pod'] as const)), 'cpu', 'memory'];
  }
  if (words.length === 5 && isPair(fourth, fifth)) return ['namespace', 'pod', 'container', 'cpu', 'memory'];
  const percents = /^\d+%$|^<unknown>$/;
  if (words.length === 5 && first !== '' && isPair(second, fourth) && percents.test(third) && percents.test(fifth)) {
    return ['node', 'cpu', 'percent', 'memory', 'percent'];
  }
  return undefined;
}

/**
 * Whether rows of four columns are pods with containers: `--containers --no-headers` has as many columns as `-A --no-headers`. Controllers end the names of their pods in an ordinal or in five of the
 * letters that Kubernetes' random names are made of (no vowels), which names of namespaces and containers seldom do.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go
 */
function hasContainers(head: Uint8Array): boolean {
  let balance = 0;
  for (const line of decodeText(head, 0, head.length).split('\n')) {
    const words = afterTime(line.trim()).split(/\s+/, 5);
    if (words.length !== 4) continue;
    const [first, second] = words.map((word) => POD_NAME.test(word));
    if (second === true) balance--;
    else if (first === true) balance++;
  }
  return balance > 0;
}

/** False where the row has no number. */
function addRow(rounds: Rounds, layout: Layout, words: readonly string[], timeMs: number): boolean {
  let added = false;
  const labels: Record<string, string> = {};
  layout.forEach((column, index) => {
    if (column === 'namespace' || column === 'pod' || column === 'container' || column === 'node') {
      setLabel(labels, column, words[index] ?? '');
    }
  });
  const of = layout.includes('node') ? 'node' : 'container';
  layout.forEach((column, index) => {
    if (column !== 'cpu' && column !== 'memory' && column !== 'swap') return;
    const quantity = parseQuantity(words[index] ?? '');
    if (quantity === undefined) return;
    const { name, unit } = METRICS[column];
    rounds.add(`${of}_${name}`, labels, quantity.value, { unit, kind: 'gauge', timeMs });
    added = true;
  });
  return added;
}
