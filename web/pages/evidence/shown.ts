import type { Analysis, Finding } from '../../../functions/model/analysis.ts';
import type { PublicEvidence } from '../../../functions/model/evidence.ts';
import { wordsOf } from '../../draw/format.ts';
import type { PathView, View, ViewKind } from '../../../functions/model/view.ts';

/** A view in the page itself, or one to fetch: a file named by its content, cached for ever. */
export type ShownView = { readonly view: View } | { readonly lazy: LazyView; readonly head?: View | undefined };

export interface LazyView {
  readonly name: string;
  readonly kind: ViewKind;
  readonly title?: string | undefined;
  readonly href: string;
  readonly sizeBytes: number;
}

/** What the page says of an analysis; the whole of it is in `analysis.json`. */
export type ShownAnalysis = Pick<Analysis, 'facts' | 'findings' | 'events' | 'signatures' | 'warnings' | 'context'>;

export interface EvidencePageProps {
  readonly investigation: { readonly slug: string; readonly title: string };
  readonly evidence: PublicEvidence;
  /** What a person calls the format. */
  readonly formatTitle: string;
  readonly commentHtml: string;
  /** Of a comparison: what it compares, oldest first. */
  readonly compared?: readonly PublicEvidence[];
  readonly analysis?: ShownAnalysis | undefined;
  readonly views: readonly ShownView[];
  /** The public token, for the line that sends another try. */
  readonly publicToken?: string | undefined;
  readonly publicUrl: string;
}

export function nameOf(shown: ShownView): { name: string; title: string | undefined; kind: ViewKind } {
  const { name, title, kind } = 'view' in shown ? shown.view : shown.lazy;
  return { name, title, kind };
}

/** A title that is a sentence stands above its view; in a row of tabs it would hide the others. */
const MOST_OF_TAB = 40;

/** What a tab calls a view, whose title may say all of a verdict. */
export function shortTitle({ name, title }: { name: string; title: string | undefined }): string {
  if (title !== undefined && title.length <= MOST_OF_TAB) return title;
  const words = wordsOf(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A path is drawn in the card of the first finding that it shows; the other views are tabs. */
export function pathsInCards(
  findings: readonly Finding[],
  views: readonly ShownView[],
): { readonly pathOf: ReadonlyMap<Finding, PathView>; readonly others: readonly ShownView[] } {
  const pathOf = new Map<Finding, PathView>();
  const others = views.filter((shown) => {
    if (!('view' in shown) || shown.view.kind !== 'path') return true;
    const { view } = shown;
    const finding = findings.find((one) => one.view === view.name && !pathOf.has(one));
    if (finding) pathOf.set(finding, view);
    return !finding;
  });
  return { pathOf, others };
}
