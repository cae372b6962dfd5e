import { isVariable } from '../../heap/holder-words.ts';
import { type KindVerdict, type LeakKind, verdictOf } from '../../heap/leak-kind.ts';
import type { PathStep } from '../../heap/path-step.ts';
import { isDetachedDom, isOpen } from './class-roles.ts';

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
const TIMERS =
  /^(Timeout|Immediate|Promise|PromiseReaction|system \/ PromiseReaction|TimersList|AsyncContextFrame|FSReqCallback|DOMTimer|ScheduledAction)$/;
const TIMER_PROPERTY = /^(_?timers?|timeouts?|intervals?|resolvers?|promises?|pendingPromises)$/i;
const QUEUE_PROPERTY =
  /^(<symbol kBuffered(Value)?>|buffered|[#_]?\w*(queue|queued|backlog|inbox|outbox|mailbox|pending)|[#_]?(queued|pending|waiting)\w*|[#_]?(jobs?|tasks?|buffer|waiting|waiters|requests))$/i;
const LISTENER_PROPERTY = /^[#_]?\w*(listeners?|handlers?|callbacks?|subscribers?|subscriptions?|observers?|hooks)$/i;
const FUNCTION = /^(function |\(anonymous function\)$)/;

/** A way from where a program can begin to read it; what the runtime has above that says nothing of the leak. */
interface Way {
  /** `cache`, `entries`: names that the program gave, without dots and quotes; '' for the engine's links. */
  readonly labels: readonly string[];
  readonly names: readonly string[];
  /** Index of the last object above most of the crowd. */
  readonly pile: number;
}

/**
 * The probable kind, from what lies on the way and from the class. The first that fits, most specific first. `pile` is the index of the last step that
 * most of the crowd share: what is above it is theirs together, what is below it each has of its own.
 */
export function judgeKind(
  className: string,
  steps: readonly PathStep[],
  accumulation: number,
  pile = accumulation,
  /** What each refers to that is out of its document. */
  detached?: string,
): KindVerdict {
  const verdict = (kind: Kind, reason: string): KindVerdict => verdictOf(kind, reason, ADVICE);
  const last = Math.max(accumulation, pile);
  const way = wayOf(steps, last);
  const { names, labels } = way;
  if (isDetachedDom(className))
    return verdict('detached-dom', 'these nodes are out of their document and JavaScript still holds them');
  if (detached !== undefined)
    return verdict(
      'detached-dom',
      `each refers to a ${detached}, which is out of its document and alive only through it`,
    );
  const listener = findListener(way, className);
  if (listener !== undefined)
    return verdict(
      'listener-leak',
      `the way to them goes through ${listener}: a listener that was added and not removed keeps all it captured`,
    );
  const below = names.slice(way.pile + 1, -1);
  if (
    TIMERS.test(className) ||
    names.some((name) => TIMERS.test(name)) ||
    labels.some((name) => TIMER_PROPERTY.test(name))
  )
    return verdict('timers-promises', 'callbacks of timers or promises that have not fired or settled keep them');
  if (className === 'Node / Message')
    return verdict('undrained-queue', 'they were posted to a port or worker that has not received them');
  const open = isOpen(className) ? className : below.find(isOpen);
  if (open !== undefined)
    return verdict(
      'unclosed-resources',
      open === className
        ? `${className} stands for something open; so many at once were probably never closed`
        : `each is held by a ${open}, which stands for something open; so many at once were probably never closed`,
    );
  const parents = [names[way.pile] ?? '', names[way.pile - 1] ?? ''];
  const vias = steps.slice(last + 1).map(({ via }) => via);
  if (parents.includes('Map') || parents.includes('Set') || parents[0] === '(table)' || vias[0] === 'table')
    return verdict('unbounded-cache', 'they sit in a Map or Set, which keeps every entry until it is deleted');
  const queue = labels.slice(0, way.pile + 1).findLast((name) => QUEUE_PROPERTY.test(name));
  if (queue !== undefined)
    return verdict(
      'undrained-queue',
      `the way to them goes through “${queue}”, which by its name is a queue: more is put in than taken out`,
    );
  if (parents.includes('Array') || /string\)$/.test(className))
    return verdict('unbounded-collection', 'they are added to an array and nothing takes them out');
  if (vias[0] === '[…]' && /^[\w${]/.test(parents[0] ?? '') && !/^(system|function) |Generator$/.test(parents[0] ?? ''))
    return verdict('unbounded-cache', 'an object that is used as a map refers to them and nothing takes them out');
  return verdict(
    'unbounded-collection',
    'all ways to them come together there, and as long as that is alive none of them is freed',
  );
}

function wayOf(steps: readonly PathStep[], last: number): Way {
  const from = Math.max(
    0,
    steps.findLastIndex((step, i) => i <= last && isVariable(step, steps[i - 1]?.name)),
  );
  const way = steps.slice(from);
  return {
    labels: way.map(({ via }, i) =>
      i === 0 ? via : (/^\.(.+)$/.exec(via)?.[1] ?? /^\["(.+)"\]$/.exec(via)?.[1] ?? ''),
    ),
    names: way.map(({ name }) => name),
    pile: last - from,
  };
}

/** `the property _events of Store`: where the crowd's listeners are; undefined where they are no listeners. */
function findListener({ labels, names, pile }: Way, className: string): string | undefined {
  // One emitter with many listeners; of many emitters with one each, the emitters are what piles up.
  const shared = labels.slice(0, pile + 2);
  const events = shared.findLastIndex((name) => name === '_events' || name === '<symbol kEvents>');
  if (events > 0) return `the property ${labels[events] ?? ''} of ${names[events - 1] ?? 'an emitter'}`;
  if (
    names.some((name) =>
      /^(V8EventListener|JSEventListener|JSBasedEventListener|JSEventHandler.*|EventListener|RegisteredEventListener|blink::RegisteredEventListener)$/.test(
        name,
      ),
    )
  )
    return 'an event listener';
  const own = shared.findLastIndex((name) => LISTENER_PROPERTY.test(name));
  const callable = className === 'Function' || names.slice(own + 1).some((name) => FUNCTION.test(name));
  if (own < 0 || !callable) return undefined;
  return own === 0
    ? `the variable ${labels[own] ?? ''}`
    : `the property ${labels[own] ?? ''} of ${names[own - 1] ?? ''}`;
}
