/** The kinds of leak that a heap shows, each with what would refute it: a contract for scripts. */
const REFUTED_BY = {
  'unbounded-cache': 'the number of entries stays at a limit between two dumps under the same load',
  'unbounded-collection': 'their number stays at a limit between two dumps under the same load',
  'undrained-queue': 'the queue is empty in a dump taken when the process is idle',
  'listener-leak': 'the number of listeners stays the same between two dumps under the same load',
  'timers-promises': 'the same timers and promises are gone in a dump taken after their longest delay',
  'thread-local': 'the threads end, or the value has the same size after every request',
  'class-loader': 'each loader belongs to a plugin or deployment that is in use',
  'unclosed-resources': 'their number follows the load and falls with it',
  'detached-dom': 'the nodes are put back into the document later (a pool, a view that is hidden for a while)',
} as const;

export type LeakKind = keyof typeof REFUTED_BY;

/** The probable kind, why it is taken for one, what to do about it, and what would show that it is none. */
export interface KindVerdict {
  readonly kind: LeakKind;
  readonly reason: string;
  readonly advice: string;
  readonly refutedBy: string;
}

/** A verdict of this kind; the advice is in the language of the program. */
export function verdictOf<Kind extends LeakKind>(
  kind: Kind,
  reason: string,
  advice: Readonly<Record<Kind, string>>,
): KindVerdict {
  return { kind, reason, advice: advice[kind], refutedBy: REFUTED_BY[kind] };
}
