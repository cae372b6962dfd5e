import type { ClassRole } from '../../graph/suspects.ts';
import { type KindVerdict, type LeakKind, verdictOf } from '../../heap/leak-kind.ts';
import type { PathStep } from '../../heap/path-step.ts';

type Kind = Exclude<LeakKind, 'thread-local' | 'class-loader'>;

const ADVICE: Readonly<Record<Kind, string>> = {
  'detached-dom':
    'Drop the references to removed elements (variables, closures, caches), or look elements up when they are needed.',
  'listener-leak':
    'Remove the listener when its subject ends (off, removeListener, { once: true }, an AbortSignal), or subscribe once and look the subjects up.',
  'timers-promises':
    'Clear timers when their work is void (clearTimeout), settle every promise (time limits, rejection on close), and let callbacks capture ids instead of whole objects.',
  'unclosed-resources': 'Close or destroy each on every way out, errors included (finally, using, stream pipeline).',
  'undrained-queue':
    'Look at the consumer: is it running, failing, or slower than the producer? Bound the queue and push back.',
  'unbounded-cache':
    'Bound it (size or age, least recently used first), delete entries when their subject ends, or use a WeakMap keyed by the subject.',
  'unbounded-collection':
    'Find where they are added and add the place where they are taken out; bound the collection, or write them out and keep a ring of the latest.',
};
const TIMERS = /^(Timeout|Immediate|Promise|PromiseReaction|system \/ PromiseReaction|TimersList)$/;
const TIMER_PROPERTY = /^\.(_?timers?|timeouts?|intervals?|resolvers?|promises?|pendingPromises)$/i;
const QUEUE_PROPERTY = /^\.(_?queue|queued|pending|jobs?|tasks?|backlog|buffer|inbox|outbox|waiting|requests)$/i;
const LISTENER_PROPERTY = /^\.(_events|listeners|_listeners|handlers|callbacks|subscribers|observers)$/;

/** The probable kind, from what lies on the way and from the class. The first that fits, most specific first. */
export function judgeKind(
  className: string,
  role: ClassRole,
  steps: readonly PathStep[],
  accumulation: number,
): KindVerdict {
  const verdict = (kind: Kind, reason: string): KindVerdict => verdictOf(kind, reason, ADVICE);
  const via = steps.map((step) => step.via);
  const names = steps.map((step) => step.name);
  if (className.startsWith('Detached '))
    return verdict('detached-dom', 'these nodes are out of their document and JavaScript still holds them');
  const listeners = via.findIndex((step) => LISTENER_PROPERTY.test(step));
  if (listeners >= 0 || names.includes('V8EventListener')) {
    const emitter = names[listeners - 1] ?? 'an emitter';
    const way = listeners >= 0 ? `the property ${via[listeners]!.slice(1)} of ${emitter}` : 'an event listener';
    return verdict(
      'listener-leak',
      `the way to them goes through ${way}: a listener that was added and not removed keeps all it captured`,
    );
  }
  if (
    TIMERS.test(className) ||
    names.some((name) => TIMERS.test(name)) ||
    via.slice(0, -1).some((step) => TIMER_PROPERTY.test(step))
  )
    return verdict('timers-promises', 'callbacks of timers or promises that have not fired or settled keep them');
  if (role === 'resource')
    return verdict(
      'unclosed-resources',
      `${className} stands for something open; so many at once were probably never closed`,
    );
  const parents = [names[accumulation] ?? '', names[accumulation - 1] ?? ''];
  if (parents.includes('Map') || parents.includes('Set') || via.slice(accumulation).includes('table'))
    return verdict('unbounded-cache', 'they sit in a Map or Set, which keeps every entry until it is deleted');
  const queue = via.slice(1).find((step) => QUEUE_PROPERTY.test(step));
  if (queue !== undefined)
    return verdict(
      'undrained-queue',
      `the way to them goes through “${queue.slice(1)}”, which by its name is a queue: more is put in than taken out`,
    );
  if (parents.includes('Array') || /string\)$/.test(className))
    return verdict('unbounded-collection', 'they are added to an array and nothing takes them out');
  if (parents[0] === 'Object' || parents[0]?.startsWith('{') === true)
    return verdict('unbounded-cache', 'an object that is used as a map refers to them and nothing takes them out');
  return verdict(
    'unbounded-collection',
    'all ways to them come together there, and as long as that is alive none of them is freed',
  );
}
