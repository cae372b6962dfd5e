import type { Finding, Severity } from '../../model/analysis.ts';
import type { PathView } from '../../model/view.ts';
import type { HolderPath } from '../graph/holder-paths.ts';
import type { Crowd } from '../graph/suspects.ts';
import { bytesInWords, percentInWords } from '../series/verdict/words.ts';
import { holderInWords, isVariable, objectsInWords, RUNTIME } from './holder-words.ts';
import type { KindVerdict } from './leak-kind.ts';
import type { ObjectHeap } from './object-heap.ts';
import { type PathStep, writePath } from './path-step.ts';

/** Of the healthy processes that were looked at, small and large, none had a class with more, but for caches with a limit and tables read at the start. */
const WARNING_SHARE = 0.15;
const CRITICAL_SHARE = 0.4;
/** A process keeps some hundred kB in tables of its own before it has done anything. */
const WARNING_BYTES = 256 * 1024;
const CRITICAL_BYTES = 16 * 2 ** 20;
const FEW_LITERALS = 100;
/** A place in an array, which differs between dumps. */
const ELEMENT = /^\[(…|\d+)\]$/;
/** Of a pile, most hang at the accumulation point in one way. */
const PILE = 0.5;

/** What a format knows of its language, and the rules here do not. */
export interface HeapLanguage {
  describePath(path: HolderPath): readonly PathStep[] | Promise<readonly PathStep[]>;
  /** `accumulation` and `pile` are indices of steps: above most of the crowd, and above a good part of it. */
  judgeKind(crowd: Crowd, steps: readonly PathStep[], accumulation: number, pile: number): KindVerdict;
  /** Is it inside a collection that people know as a whole, as the table of a Map is? */
  isInner(name: string, via: string, above: string): boolean;
  /** Why this may be a collection with a limit, in one clause: `LruCache has a field “max”`. */
  findLimit(path: HolderPath, crowd: Crowd): string | undefined;
  /** Why this may be work that is under way, in one clause: `only 40 timers or promises hold them`. */
  findLoad?(crowd: Crowd, verdict: KindVerdict): string | undefined;
  /** What else there is to say of a crowd. */
  extrasOf?(crowd: Crowd): SuspectExtras | undefined;
}

export interface SuspectExtras {
  /** After what piles up: `, loaded by 20 class loaders (PluginLoader)`. */
  readonly words: string;
  readonly evidence: Finding['evidence'];
  /** A warning, whatever its share. */
  readonly isWarning: boolean;
}

/** A crowd with everything that can be said of it. */
export interface Suspect {
  readonly crowd: Crowd;
  readonly path: HolderPath;
  readonly className: string;
  readonly steps: readonly PathStep[];
  readonly verdict: KindVerdict;
  /** The way to the accumulation point with every object on it. */
  readonly holder: string;
  /** Where they lie, as one would tell a colleague: `held by …`, `held in 4 places such as …`. */
  readonly heldBy: string;
  /** Is there nothing on the way that a program has named? */
  readonly isNameless: boolean;
  readonly limit: string | undefined;
  readonly load: string | undefined;
  /** Equal for the same leak in another dump of another size. */
  readonly fingerprint: string;
  readonly extras: SuspectExtras | undefined;
}

/** Crowds with the way to them, in words; those that nothing leads to are left out. Largest first, and what is few last. */
export async function describeCrowds(
  { graph, tree, retained }: ObjectHeap,
  paths: ReadonlyMap<Crowd, HolderPath>,
  language: HeapLanguage,
): Promise<Suspect[]> {
  const suspects: Suspect[] = [];
  const ranked = [...paths].sort(
    ([a], [b]) => Number(a.isFew ?? false) - Number(b.isFew ?? false) || b.retainedBytes - a.retainedBytes,
  );
  for (const [crowd, path] of ranked) {
    const steps = await language.describePath(path);
    const className = graph.className(crowd.classId);
    const verdict = language.judgeKind(crowd, steps, path.accumulation, path.pile);
    const collectionAbove = (step: number): number => {
      let above = step;
      while (above > 0 && language.isInner(steps[above]!.name, steps[above]!.via, steps[above - 1]!.name)) above--;
      return above;
    };
    // A single object in a list is held by the list.
    const isElement = crowd.isSingle === true && ELEMENT.test(steps.at(-1)!.via);
    const holder = collectionAbove(path.accumulation - Number(isElement));
    const isList = path.pile === steps.length - 2 && headKeeps({ tree, retained }, path, crowd);
    const place = isList
      ? holderInWords(steps, steps.length - 1, 'the first of a list')
      : holderInWords(steps, collectionAbove(path.pile - Number(isElement)));
    const isNameless = place.startsWith(RUNTIME);
    // Tables of the runtime that are of a usual size: nobody could do anything about them.
    if (isNameless && crowd.role === 'data' && crowd.share < WARNING_SHARE) continue;
    suspects.push({
      crowd,
      path,
      className,
      steps,
      verdict,
      holder: writePath(steps, holder),
      heldBy: heldBy(path, place),
      isNameless,
      limit: language.findLimit(path, crowd),
      load: language.findLoad?.(crowd, verdict),
      fingerprint: fingerprintOf(verdict.kind, className, steps.slice(0, holder + 1)),
      extras: language.extrasOf?.(crowd),
    });
  }
  return suspects;
}

/** Does the object that stands for the crowd keep most of it, as the head of a list does? */
function headKeeps(
  { tree, retained }: Pick<ObjectHeap, 'tree' | 'retained'>,
  { nodes }: HolderPath,
  { instances, retainedBytes }: Crowd,
): boolean {
  return instances > 1 && 2 * (retained[tree.position[nodes.at(-1)!]!] ?? 0) > retainedBytes;
}

const MANY_PLACES = 10;

function heldBy({ accumulation, pile, pileShare, places }: HolderPath, place: string): string {
  if (places > 1) return `held in ${places > MANY_PLACES ? 'many' : places} places such as ${place}`;
  return pile === accumulation || pileShare >= 0.8
    ? `held by ${place}`
    : `${percentInWords(pileShare)} of them held by ${place}`;
}

/** What is the same for one leak in another dump: kind, class, and the names on the way from where a program can begin to read it. */
function fingerprintOf(kind: string, className: string, steps: readonly PathStep[]): string {
  const from = Math.max(
    0,
    steps.findLastIndex((step, i) => isVariable(step, steps[i - 1]?.name)),
  );
  const way = steps.map(stableStep).slice(from);
  return ['heap/suspect', kind, className.replace(/\$\$Lambda.*/, '$$$$Lambda'), ...way].join('|').slice(0, 300);
}

/** A step without what differs between runs: names of threads, numbers of lines, ports and ids in keys. */
function stableStep({ name, via }: PathStep, index: number): string {
  if (index === 0) return name.replace(/ ".*"$/, '');
  return via.startsWith('["') ? via.replace(/\d+/g, '#') : via.replace(/\(.*\)$/, '');
}

/**
 * Rule heap/suspect: what piles up, who holds it, of which kind it probably is; and the way to each as a view. `base` is that of which shares are
 * taken: `the heap`, `the program's data`.
 */
export function judgeSuspects(
  heap: ObjectHeap,
  suspects: readonly Suspect[],
  base: string,
): { findings: Finding[]; views: PathView[] } {
  const views = suspects.map((suspect, i) => wayTo(heap, suspect, `suspect-${i + 1}`));
  return { findings: suspects.map((suspect, i) => toFinding(suspect, base, views[i]!.name)), views };
}

function severityOf({ crowd, path, className, limit, load, extras, isNameless }: Suspect): Severity {
  const { share, retainedBytes, instances } = crowd;
  // A few large objects that no class made are texts in some languages, settings, schemas: written, and not added one by one.
  if (className.startsWith('{') && instances < FEW_LITERALS) return 'note';
  // So are texts, tables and pools of buffers that were made once.
  if (crowd.isFew === true) return 'note';
  // A cache at its limit, requests that are being served, the parts that a program is built of and the tables of the runtime are large in good dumps, too.
  if (limit !== undefined || load !== undefined || isNameless || path.alike < PILE) return 'note';
  if (share >= CRITICAL_SHARE && retainedBytes >= CRITICAL_BYTES) return 'critical';
  return retainedBytes >= WARNING_BYTES && (share >= WARNING_SHARE || extras?.isWarning === true) ? 'warning' : 'note';
}

function toFinding(suspect: Suspect, base: string, view: string): Finding {
  const { crowd, path, className, steps, verdict, holder, heldBy: held, limit, load, extras } = suspect;
  const { instances, retainedBytes, role } = crowd;
  const share = Math.min(1, crowd.share);
  const things = objectsInWords(instances, className);
  const keep = instances === 1 ? 'keeps' : 'keep';
  const isPile = path.alike >= PILE;
  const sure =
    (0.3 + 0.6 * Math.min(1, share / 0.5) + (role === 'user' ? 0.05 : 0)) * (isPile && !limit && !load ? 1 : 0.5);
  return {
    rule: 'heap/suspect',
    severity: severityOf(suspect),
    confidence: Math.round(100 * Math.min(0.9, sure)) / 100,
    title: `${things}${extras?.words ?? ''} ${keep} ${bytesInWords(retainedBytes)} alive (${percentInWords(share)} of ${base}), ${held}`,
    evidence: {
      class: className,
      instances,
      retainedBytes,
      path: steps,
      kind: verdict.kind,
      holder,
      accumulationPoint: path.accumulation,
      share: Math.round(crowd.share * 10_000) / 10_000,
      ...extras?.evidence,
      reasons: [
        `${things} ${instances === 1 ? 'is' : 'are'} alive and ${keep} ${bytesInWords(retainedBytes)} from being freed`,
        crowd.holder < 0
          ? `${instances === 1 ? 'it is' : 'no single object keeps them all:'} ${held}`
          : 'at least 80 % of them would be freed with the accumulation point, which alone keeps them',
        verdict.reason,
        ...(limit === undefined ? [] : [`but ${limit}: what cannot become more is no leak`]),
        ...(load === undefined ? [] : [`but ${load}: a dump taken when the process is idle tells`]),
        ...(crowd.isFew
          ? [
              `but ${instances === 1 ? 'one object' : 'so few'} may have been made once, at the start: a second dump tells`,
            ]
          : []),
        ...(isPile
          ? []
          : ['but they hang there in many different ways, as the parts of a program do, and not as a pile']),
      ],
    },
    view,
    advice: verdict.advice,
    limits: `One dump shows what is alive, not that it grows. Refuted if ${verdict.refutedBy}.`,
    fingerprint: suspect.fingerprint,
  };
}

/** The way to a suspect, with what each object on it keeps alive. */
export function wayTo({ tree, retained }: ObjectHeap, suspect: Suspect, name: string): PathView {
  const { crowd, path, className, steps, verdict } = suspect;
  const { nodes, accumulation } = path;
  const last = steps.length - 1;
  const roleOf = (step: number): PathView['steps'][number]['role'] => {
    if (step === 0) return 'root';
    if (step === last) return 'leaf';
    if (step === accumulation) return 'accumulation';
    return step === accumulation - 1 ? 'holder' : 'step';
  };
  return {
    kind: 'path',
    name,
    title: `${className}: ${verdict.kind}`,
    steps: steps.slice(0, 500).map((step, i) => ({
      ...step,
      retainedBytes: retained[tree.position[nodes[i]!]!] ?? 0,
      ...(i === last ? { count: crowd.instances } : {}),
      role: roleOf(i),
    })),
    note: verdict.reason,
  };
}
