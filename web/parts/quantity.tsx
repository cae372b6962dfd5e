import type { VNode } from 'preact';
import type { Fact } from '../../functions/model/analysis.ts';
import { Time } from './time.tsx';
import { formatLimit, formatNumber, formatQuantity, wordsOf } from '../draw/format.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/;

/** A number rounded to what is known; the exact one on hover. */
export function Quantity({ value, unit }: { value: number | string; unit?: string | undefined }): VNode {
  if (typeof value === 'string') return ISO_TIME.test(value) ? <Time ms={Date.parse(value)} /> : <span>{value}</span>;
  return (
    <data value={String(value)} title={`${formatNumber(value, 15)} ${unit ?? ''}`.trim()}>
      {formatQuantity(value, unit)}
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

function FactList({ facts }: { facts: readonly Fact[] }): VNode {
  return (
    <dl class="facts">
      {facts.map((fact) => (
        <div>
          <dt>{wordsOf(fact.name)}</dt>
          <dd>
            {/limit/i.test(fact.name) && typeof fact.value === 'number' && fact.unit === 'bytes' ? (
              formatLimit(fact.value)
            ) : (
              <Quantity value={fact.value} unit={fact.unit} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One fact in a few words: `leaked 4.1 MB`. */
export function factText(fact: Fact): string {
  const value = typeof fact.value === 'number' ? formatQuantity(fact.value, fact.unit) : fact.value;
  return `${wordsOf(fact.name)} ${value}`;
}
