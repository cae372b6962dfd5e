import { MAPPED_ROLES, MAPPED_UNITS } from '../model/mapped-roles.ts';
import { SeriesMapping } from '../model/mapping.ts';

/**
 * `NAME=ROLE`, `NAME=ROLE:UNIT`: what the series of a name are, as a maintainer says it at the desk. Undefined where it is not that.
 * The last `=` parts them: names of columns hold anything.
 */
export function parseMapping(text: string): SeriesMapping | undefined {
  const at = text.lastIndexOf('=');
  const [role, unit] = text.slice(at + 1).split(':', 2);
  return SeriesMapping.safeParse({ metric: text.slice(0, Math.max(0, at)), role, unit }).data;
}

export const MAPPING_WORDS = `ROLE is one of ${MAPPED_ROLES.join(', ')}; UNIT one of ${MAPPED_UNITS.join(', ')}`;
