import type { Analysis } from '../../model/analysis.ts';
import type { Analyser } from '../analyser.ts';

/** What a heap analyser has found, with its name and version; what heaps never have (series, events) is empty. */
export function answer(
  { format, version }: Pick<Analyser, 'format' | 'version'>,
  found: Pick<Analysis, 'facts' | 'findings' | 'views' | 'warnings' | 'context'>,
): Analysis {
  return { format, analyserVersion: version, series: [], events: [], signatures: [], ...found };
}
