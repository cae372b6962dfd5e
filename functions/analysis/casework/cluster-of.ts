import { type Evidence, STRANGER } from '../../model/evidence.ts';
import type { Analysis } from '../../model/analysis.ts';

/** Where it ran: as was said, or what the token is called by which it came. That a stranger sent it names no cluster. */
export function clusterOf({ context, submittedBy }: Pick<Evidence, 'context' | 'submittedBy'>, analysis?: Analysis) {
  return context.cluster ?? analysis?.context.cluster ?? (submittedBy === STRANGER ? undefined : submittedBy);
}
