import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { formatBytes, formatUtc, plural } from '../../draw/format.ts';
import type { ShownAnalysis } from './shown.ts';

/** `Java heap dump (HPROF)`: its long brackets are for lists of formats, and say what other files are. */
const named = (formatTitle: string): string => formatTitle.replace(/ \([^)]{12,}\)$/, '');

function whatItIs({ kind, comparedIds, sizeBytes }: PublicEvidence, formatTitle: string): string {
  if (kind === 'comparison') {
    const files = plural(comparedIds?.length ?? 0, 'file');
    return formatTitle === '' ? `A comparison of ${files}` : `${formatTitle}, ${files} compared`;
  }
  const size = formatBytes(sizeBytes);
  return formatTitle === '' ? `A file of ${size}` : `${formatTitle}, ${size}`;
}

/** What it is, in one sentence; `withTime` where no reader's zone is known, as in a link preview. */
export function describeEvidence(
  evidence: PublicEvidence,
  formatTitle: string,
  analysis: ShownAnalysis | undefined,
  withTime = true,
): string {
  const context = { ...analysis?.context, ...evidence.context };
  const what = whatItIs(evidence, named(formatTitle));
  const { version } = context;
  const product = context.product ?? (version === undefined ? '' : 'version');
  const name = version === undefined ? product : `${product} ${version}`;
  // The format's name says which runtime it is of.
  const runtime =
    context.runtimeVersion === undefined ? '' : `${context.runtime ?? 'version'} ${context.runtimeVersion}`;
  const place = context.pod ?? context.container ?? context.namespace ?? context.cluster;
  const of = [name, runtime === '' ? '' : `on ${runtime}`].filter((part) => part !== '').join(' ');
  return [
    what,
    of === '' ? '' : `, of ${of.replace(/^on /, '')}`,
    place === undefined ? '' : `, from \`${place.replaceAll('`', "'")}\``,
    context.capturedAtMs === undefined || !withTime ? '' : `, captured ${formatUtc(context.capturedAtMs)}`,
    evidence.state !== 'analysed'
      ? '.'
      : evidence.findingCount === 0
        ? '. No rule found a leak in it.'
        : `: ${plural(evidence.findingCount, 'finding')}.`,
  ].join('');
}
