import { KERNEL_NAMES, KERNEL_PASSED_OVER } from './kernel-names.ts';
import { type Labels, NO_RULE, PASSED_OVER, type Rule } from './rule.ts';
import type { Recognised } from './role.ts';
import { RUNTIME_NAMES, WORK_NAMES } from './runtime-names.ts';

const RULES: readonly Rule[] = [...KERNEL_NAMES, ...RUNTIME_NAMES, ...KERNEL_PASSED_OVER, ...WORK_NAMES];

/** All of them in one: most names of an application are none, and are tried once instead of a hundred times. */
const ANY = new RegExp(RULES.map(([pattern]) => `(?:${pattern.source})`).join('|'));

/** `heapUsed` and `jvm.memory.used` and `VmRSS` as `heap_used`, `jvm_memory_used` and `vm_rss`. */
export function plainName(metric: string): string {
  return metric
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase();
}

/** By the name and the labels alone; role `unknown` where they do not tell. */
export function recogniseName(metric: string, labels: Labels): Recognised {
  const is = meaningOf(metric);
  return typeof is === 'function' ? is(labels) : is;
}

/** Names that exporters give with their units: what no rule knows of them is no memory, however large it is. */
const EXPORTERS =
  /^(?:kube|kubelet|container|machine|node|process|nodejs|v8js|jvm|go|erlang_vm|python|cpython|promhttp|scrape|prometheus)_|_prom_ex_/;

export function isOfExporter(metric: string): boolean {
  return EXPORTERS.test(plainName(metric));
}

/** True where the name is known to be nothing that a verdict uses: unit and shape must not make it memory. */
export function isPassedOver(found: Recognised): boolean {
  return found === PASSED_OVER;
}

/** Names repeat in every container, and each is tried against every rule. Bounded: hostile names do not repeat. */
const known = new Map<string, Rule[1]>();
const MOST_KNOWN = 5000;

function meaningOf(metric: string): Rule[1] {
  const found = known.get(metric);
  if (found !== undefined) return found;
  const is = firstOf(spellingsOf(plainName(metric)));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(metric, is);
  return is;
}

function firstOf(spellings: readonly string[]): Rule[1] {
  for (const name of spellings) {
    if (!ANY.test(name)) continue;
    for (const [pattern, is] of RULES) if (pattern.test(name)) return is;
  }
  return NO_RULE;
}

/**
 * The name, without the function that a query put around it or a console behind it, without a unit that the values have been freed of, and
 * without what an application put before the names of its client library (`prefix` of prom-client).
 */
function spellingsOf(name: string): string[] {
  const inner = name.replace(
    /^(?:avg|average|mean|max|min|sum|last|p\d\d)_(?:of_|by_\w{1,40}_)?|_(?:avg|average|max|min)$/g,
    '',
  );
  const bare = inner.replace(/_(?:bytes|[kmg]i?b)$/, '');
  return [...new Set([name, inner, bare, `${bare}_bytes`, inner.replace(PREFIXED, '')])];
}
const PREFIXED =
  /^\w{1,60}?_(?=(?:nodejs_(?:heap|external|active|gc|array)|process_(?:resident_memory|heap_bytes|virtual_memory|open_fds|max_fds|start_time|cpu)|jvm_(?:memory|buffer|gc|threads)|go_(?:memstats|goroutines))(?:_|$))/;
