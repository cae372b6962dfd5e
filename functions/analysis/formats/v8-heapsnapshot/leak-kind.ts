import type { PathStep } from './path-steps.ts';

export type LeakKind =
  | 'unbounded-cache'
  | 'unbounded-collection'
  | 'undrained-queue'
  | 'listener-leak'
  | 'timers-promises'
  | 'unclosed-resources'
  | 'detached-dom'
  | 'duplicated-data';

export interface KindVerdict {
  readonly kind: LeakKind;
  readonly reason: string;
  readonly advice: string;
  readonly refutedBy: string;
}

const TIMERS = /^(Timeout|Immediate|Promise|PromiseReaction|system \/ PromiseReaction|TimersList)$/;
const TIMER_PROPERTY = /^\.(_?timers?|timeouts?|intervals?|resolvers?|promises?|pendingPromises)$/i;
const QUEUE_PROPERTY = /^\.(_?queue|queued|pending|jobs?|tasks?|backlog|buffer|inbox|outbox|waiting|requests)$/i;

/** The probable kind, from what lies on the way and from the class. The first that fits, most specific first. */
export function judgeKind(
  className: string,
  role: 'user' | 'resource' | 'data' | 'ignored',
  steps: readonly PathStep[],
  accumulation: number,
): KindVerdict {
  const via = steps.map((step) => step.via);
  const names = steps.map((step) => step.name);
  if (className.startsWith('Detached '))
    return {
      kind: 'detached-dom',
      reason: 'these nodes are out of their document and JavaScript still holds them',
      advice:
        'Drop the references to removed elements (variables, closures, caches), or look elements up when they are needed.',
      refutedBy: 'the nodes are put back into the document later (a pool, a view that is hidden for a while)',
    };
  const listeners = via.findIndex((step) =>
    /^\.(_events|listeners|_listeners|handlers|callbacks|subscribers|observers)$/.test(step),
  );
  if (listeners >= 0 || names.includes('V8EventListener'))
    return {
      kind: 'listener-leak',
      reason: `the way to them goes through ${listeners >= 0 ? `${names[listeners - 1] ?? 'an emitter'}${via[listeners]!}` : 'an event listener'}: a listener that was added and not removed keeps all it captured`,
      advice:
        'Remove the listener when its subject ends (off, removeListener, { once: true }, an AbortSignal), or subscribe once and look the subjects up.',
      refutedBy: 'the number of listeners stays the same between two dumps under the same load',
    };
  if (
    TIMERS.test(className) ||
    names.some((name) => TIMERS.test(name)) ||
    via.slice(0, -1).some((step) => TIMER_PROPERTY.test(step))
  )
    return {
      kind: 'timers-promises',
      reason: 'they are captured by callbacks of timers or promises that have not fired or settled',
      advice:
        'Clear timers when their work is void (clearTimeout), settle every promise (time limits, rejection on close), and let callbacks capture ids instead of whole objects.',
      refutedBy: 'the same timers and promises are gone in a dump taken after their longest delay',
    };
  if (role === 'resource')
    return {
      kind: 'unclosed-resources',
      reason: `${className} stands for something open; so many at once were probably never closed`,
      advice: 'Close or destroy each on every way out, errors included (finally, using, stream pipeline).',
      refutedBy: 'their number follows the load and falls with it',
    };
  const holder = names[accumulation] ?? '';
  const parents = [holder, names[accumulation - 1] ?? ''];
  if (parents.includes('Map') || parents.includes('Set') || via.slice(accumulation).some((step) => step === 'table'))
    return {
      kind: 'unbounded-cache',
      reason: 'they sit in a Map or Set, which keeps every entry until it is deleted',
      advice:
        'Bound it (size or age, least recently used first), delete entries when their subject ends, or use a WeakMap keyed by the subject.',
      refutedBy: 'the number of entries stays at a limit between two dumps under the same load',
    };
  if (via.slice(1).some((step) => QUEUE_PROPERTY.test(step)))
    return {
      kind: 'undrained-queue',
      reason: `the way to them goes through "${via.slice(1).find((step) => QUEUE_PROPERTY.test(step)) ?? ''}", which by its name is a queue: more is put in than taken out`,
      advice:
        'Look at the consumer: is it running, failing, or slower than the producer? Bound the queue and push back.',
      refutedBy: 'the queue is empty in a dump taken when the process is idle',
    };
  if (className === '(string)' || className === '(concatenated string)' || className === '(sliced string)')
    return {
      kind: 'unbounded-collection',
      reason: 'strings are appended to a collection and never taken out',
      advice: 'Write them out and drop them, or keep a ring of the latest.',
      refutedBy: 'their number stays at a limit between two dumps under the same load',
    };
  return {
    kind: parents.includes('Array') ? 'unbounded-collection' : 'unbounded-cache',
    reason: `${holder === '' ? 'one object' : holder} refers to all of them and nothing takes them out`,
    advice: 'Find where entries are added and add the place where they are removed; bound the collection.',
    refutedBy: 'their number stays the same between two dumps under the same load',
  };
}
