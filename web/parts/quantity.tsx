import type { VNode } from 'preact';
import type { Fact } from '../../functions/model/analysis.ts';
import { Time } from './time.tsx';
import { formatLimit, formatNumber, formatQuantity, wordsOf } from '../draw/format.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;

/** A number rounded to what is known; the exact one on hover. */
export function Quantity({
  value,
  unit,
  text,
}: {
  value: number | string;
  unit?: string | undefined;
  /** What is shown, where it is not the number alone. */
  text?: string;
}): VNode {
  if (typeof value === 'string') return ISO_TIME.test(value) ? <Time ms={Date.parse(value)} /> : <span>{value}</span>;
  return (
    <data value={String(value)} title={`${formatNumber(value, 15)} ${unit ?? ''}`.trim()}>
      {text ?? formatQuantity(value, unit)}
    </data>
  );
}

/** Name and number; beyond `first` they fold. */
export function Facts({ facts, first = Infinity }: { facts: readonly Fact[]; first?: number }): VNode | null {
  if (facts.length === 0) return null;
  const shown = facts.length > first + 1 ? facts.slice(0, first) : facts;
  const rest = facts.slice(shown.length);
  return (
    <>
      <FactList facts={shown} />
      {rest.length > 0 && (
        <details class="more">
          <summary>{rest.length} more facts</summary>
          <FactList facts={rest} />
        </details>
      )}
    </>
  );
}

/** Names of facts that are a contract for scripts and say too little to people. */
const WORDS: Readonly<Record<string, string>> = {
  edges: 'references',
  shallowBytes: 'size of all objects',
  reachableBytes: 'alive',
  unreachableBytes: 'garbage, not collected yet',
  unreachableObjects: 'objects of garbage',
  userRoots: 'roots of the program',
  codeBytes: 'in compiled code',
  stringBytes: 'in strings',
  systemBytes: 'in structures of V8',
  nativeBytes: 'in native objects',
  objectsDelta: 'objects, difference',
  shallowBytesDelta: 'size, difference',
  reachableBytesDelta: 'alive, difference',
};

export const factName = ({ name }: Fact): string => WORDS[name] ?? wordsOf(name);

/** Its number with its unit; a difference with its sign. */
export function factValue({ name, value, unit }: Fact): string {
  if (typeof value !== 'number') return value;
  return (name.endsWith('Delta') && value > 0 ? '+' : '') + formatQuantity(value, unit);
}

function FactList({ facts }: { facts: readonly Fact[] }): VNode {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div>
          <dt>{factName(fact)}</dt>
          <dd>
            {/limit/i.test(fact.name) && typeof fact.value === 'number' && fact.unit === 'bytes' ? (
              formatLimit(fact.value)
            ) : (
              <Quantity value={fact.value} unit={fact.unit} text={factValue(fact)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One fact in a few words: `leaked 4.1 MB`. */
export function factText(fact: Fact): string {
  return `${factName(fact)} ${factValue(fact)}`;
}
