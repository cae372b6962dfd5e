import type { ClassRole } from '../../graph/suspects.ts';
import { type KindVerdict, type LeakKind, verdictOf } from '../../heap/leak-kind.ts';
import type { PathStep } from '../../heap/path-step.ts';
import { isResourceName } from './class-roles.ts';

type Kind = Exclude<LeakKind, 'detached-dom'>;

const ADVICE: Readonly<Record<Kind, string>> = {
  'thread-local':
    'Call ThreadLocal.remove() in a finally block where the value was set, or keep it in the request instead of the thread.',
  'listener-leak': 'Remove the listener when its subject ends, or hold listeners weakly.',
  'unclosed-resources':
    'Close each on every way out (try-with-resources), and give pools a limit and a leak detection threshold.',
  'timers-promises':
    'Cancel tasks when their work is void (setRemoveOnCancelPolicy), complete every future (orTimeout), and let tasks capture ids instead of whole objects.',
  'undrained-queue':
    'Look at the consumer: is it running, failing, or slower than the producer? Bound the queue and push back.',
  'unbounded-cache':
    'Bound it (size or age: Caffeine, LinkedHashMap.removeEldestEntry), remove entries when their subject ends, or use weak keys.',
  'unbounded-collection': 'Find where they are added and add the place where they are removed; bound the collection.',
  'class-loader':
    'Find what still refers to the old loader (a registry, a thread, a ThreadLocal, a driver, a shutdown hook; the path names it) and let go of it when the plugin or deployment is stopped.',
};
/** Of a field: a local variable is no listener because its method's class is a handler. */
const LISTENER_FIELD = /^(\.|static ).*(listener|observer|handler|subscriber|callback|watcher)/i;
const LISTENER_CLASS = /(Listener|Observer|Subscriber|Callback|Watcher)(Impl|Adapter|Wrapper|Proxy)?(\$\d+)?$/;
const QUEUE_CLASS = /(Queue|Deque)(\$\w+)?$/;
const QUEUE_FIELD = /^\.?(static )?\w*(queue|pending|backlog|inbox|outbox|waiting)\w*$/i;
const TIMER_CLASS = /(ScheduledThreadPoolExecutor\$|java\.util\.Timer|TaskQueue|DelayQueue|CompletableFuture)/;
/** These are tasks themselves, not what tasks hold. */
const PENDING_CLASS =
  /^java\.util\.(Timer|TimerTask|concurrent\.(CompletableFuture|FutureTask|ScheduledThreadPoolExecutor\$.*))$/;
const MAP_CLASS = /(Map|Cache|Hashtable|Dictionary|Set|Properties|Registry|Table)(\$\w+)?(\[\])?$/;

/** The probable kind, from what lies on the way and from the class. The first that fits, most specific first. */
export function judgeKind(
  className: string,
  role: ClassRole,
  steps: readonly PathStep[],
  accumulation: number,
): KindVerdict {
  const verdict = (kind: Kind, reason: string): KindVerdict => verdictOf(kind, reason, ADVICE);
  const above = steps.slice(0, -1).map(({ name }) => name);
  if (above.some((name) => name.startsWith('java.lang.ThreadLocal$ThreadLocalMap')))
    return verdict(
      'thread-local',
      'a thread holds them through its ThreadLocals: threads of a pool live on when the request that set the value has ended',
    );
  if (steps[0]?.name === 'class java.lang.ref.Finalizer') return FINALIZERS;
  const listeners = steps.slice(1).find(({ via }) => LISTENER_FIELD.test(via));
  if (LISTENER_CLASS.test(className))
    return verdict(
      'listener-leak',
      `${className} by its name listens to something: a listener that was added and not removed keeps all it refers to`,
    );
  if (listeners !== undefined)
    return verdict(
      'listener-leak',
      `the way to them goes through ${listeners.via.replace(/^\./, 'the field ')}: a listener that was added and not removed keeps all it refers to`,
    );
  if (PENDING_CLASS.test(className))
    return verdict('timers-promises', 'tasks and futures that have not ended keep all that they refer to');
  if (role === 'resource' || isResourceName(className))
    return verdict(
      'unclosed-resources',
      `${className} by its name stands for something open; so many at once were probably never closed`,
    );
  if (above.some((name) => TIMER_CLASS.test(name)))
    return verdict('timers-promises', 'tasks of a timer or futures that have not completed hold them');
  const near = steps.slice(Math.max(0, accumulation - 2), accumulation + 2);
  if (near.some(({ name, via }) => QUEUE_CLASS.test(name) || QUEUE_FIELD.test(via)))
    return verdict('undrained-queue', 'they wait in a queue: more is put in than taken out');
  return near.some(({ name }) => MAP_CLASS.test(name))
    ? verdict('unbounded-cache', 'they sit in a map or set, which keeps every entry until it is removed')
    : verdict('unbounded-collection', 'one collection refers to all of them and nothing takes them out');
}

const THREADS_REASON =
  'each is a thread that was started and has not ended; beside the heap it takes the memory of its stack, 1 MB unless -Xss says otherwise';

export const THREADS: KindVerdict = {
  ...verdictOf('unclosed-resources', THREADS_REASON, ADVICE),
  advice:
    'Share one pool with a limit instead of starting threads, and shut pools down (shutdown, close) with what made them.',
};

const FINALIZERS_REASON =
  'they wait in the queue of the one finalizer thread: their finalize() is slow or stuck, or they are made faster than it runs';

const FINALIZERS: KindVerdict = {
  ...verdictOf('undrained-queue', FINALIZERS_REASON, ADVICE),
  advice:
    'See in a thread dump what the thread "Finalizer" is doing; close these objects where they are used, and replace finalize() by AutoCloseable and a Cleaner.',
};

const GROWING_REASON = 'it keeps all that was ever appended to it, and grows until it is emptied or dropped';

export const GROWING_BUFFER: KindVerdict = {
  ...verdictOf('unbounded-collection', GROWING_REASON, ADVICE),
  advice:
    'Write what is appended to a file or a socket instead, or empty the buffer (setLength(0), reset()) when its part is done.',
};

export const CLASS_LOADER = verdictOf(
  'class-loader',
  'the same class was loaded by many class loaders that are all alive: old deployments or plugins that something still refers to',
  ADVICE,
);
