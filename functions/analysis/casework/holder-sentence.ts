import { z } from 'zod';
import type { Finding } from '../../model/analysis.ts';
import { bytesInWords } from '../series/verdict/words.ts';

/** The evidence of `heap/suspect` and `heap/growth`, as far as a sentence needs it; reports by strangers may hold anything. */
const HeapEvidence = z.object({
  class: z.string().max(500),
  /** Of a comparison, one a dump. */
  instances: z.union([z.number(), z.array(z.number()).max(100)]).optional(),
  instancesDelta: z.number().optional(),
  retainedBytesDelta: z.number().optional(),
  /** In what it grew. */
  measure: z.string().max(50).optional(),
  path: z.array(z.object({ name: z.string(), via: z.string() })).max(500),
  accumulationPoint: z.number().int().min(0).optional(),
});

const MAX_NAME = 80;

/** “6,777 × `RunState` pile up in `states` (Map), reached from `globalThis.engine`.” Empty when the finding does not say. */
export function holderSentence(finding: Finding | undefined): string {
  const parsed = HeapEvidence.safeParse(finding?.evidence);
  if (!finding || !parsed.success) return '';
  const { path, instancesDelta, retainedBytesDelta, measure } = parsed.data;
  const instances = [parsed.data.instances ?? []].flat().at(-1);
  const point = path[parsed.data.accumulationPoint ?? path.length - 2];
  const place = path.findLast(
    (step, i) => i <= path.indexOf(point ?? step) && /^[.\w$ ]+$/.test(step.via) && fieldOf(step.via) !== 'table',
  );
  const [root, first] = path;
  const from =
    root && first && path.length > 2
      ? `, reached from \`${clean(root.name).replace(/^class /, '')}${/^[\w$]/.test(fieldOf(first.via)) ? '.' : ''}${fieldOf(first.via)}\``
      : '';
  const holder = place && place !== first ? ` in \`${fieldOf(place.via)}\` (${clean(place.name)})` : '';
  const what = `\`${clean(parsed.data.class)}\``;
  const count = (value: number): string => value.toLocaleString('en');
  if (measure === 'retainedBytes' && retainedBytesDelta !== undefined)
    return `${what} grew by ${bytesInWords(retainedBytesDelta)}${holder}${from}.`;
  if (instancesDelta !== undefined) return `${count(instancesDelta)} more ${what} pile up${holder}${from}.`;
  return `${instances === undefined ? 'Many' : count(instances)} × ${what} pile up${holder}${from}.`;
}

/** `.engine`, `static REGISTRY`, `states`: the name alone. */
function fieldOf(via: string): string {
  return clean(via).replace(/^(\.|static )/, '');
}

function clean(text: string): string {
  const plain = text.replaceAll('`', '').trim();
  return plain.length > MAX_NAME ? `${plain.slice(0, MAX_NAME)}…` : plain;
}
