import type { ClassRole } from '../../graph/suspects.ts';
import type { PathStep } from './path-steps.ts';

export interface KindVerdict {
  readonly kind:
    | 'unbounded-cache'
    | 'unbounded-collection'
    | 'undrained-queue'
    | 'listener-leak'
    | 'timers-promises'
    | 'thread-local'
    | 'class-loader'
    | 'unclosed-resources';
  readonly reason: string;
  readonly advice: string;
  readonly refutedBy: string;
}

const RESOURCE_NAME =
  /(Connection|Socket|Channel|Statement|ResultSet|Cursor|FileHandle|InputStream|OutputStream|Reader|Writer|Client|EntityManager|Transaction)(Impl|Wrapper|Proxy|Handle)?$/;
const LISTENER_FIELD = /listener|observer|handler|subscriber|callback|watcher/i;
const QUEUE_CLASS = /(Queue|Deque)(\$\w+)?$/;
const QUEUE_FIELD = /^\.?(static )?\w*(queue|pending|backlog|inbox|outbox|waiting)\w*$/i;
const TIMER_CLASS = /(ScheduledThreadPoolExecutor\$|java\.util\.Timer|TaskQueue|DelayQueue|CompletableFuture)/;
const MAP_CLASS = /(Map|Cache|Hashtable|Dictionary|Set|Properties|Registry|Table)(\$\w+)?(\[\])?$/;

/** The probable kind, from what lies on the way and from the class. The first that fits, most specific first. */
export function judgeKind(
  className: string,
  role: ClassRole,
  steps: readonly PathStep[],
  accumulation: number,
): KindVerdict {
  const names = steps.map(({ name }) => name);
  const above = names.slice(0, -1);
  if (above.some((name) => name.startsWith('java.lang.ThreadLocal$ThreadLocalMap')))
    return {
      kind: 'thread-local',
      reason:
        'a thread holds them through its ThreadLocals: threads of a pool live on when the request that set the value has ended',
      advice:
        'Call ThreadLocal.remove() in a finally block where the value was set, or keep it in the request instead of the thread.',
      refutedBy: 'the threads end, or the value has the same size after every request',
    };
  if (steps.slice(1).some(({ via }) => LISTENER_FIELD.test(via)))
    return {
      kind: 'listener-leak',
      reason: `the way to them goes through ${steps.find(({ via }) => LISTENER_FIELD.test(via))?.via ?? 'a list of listeners'}: a listener that was added and not removed keeps all it refers to`,
      advice: 'Remove the listener when its subject ends, or hold listeners weakly.',
      refutedBy: 'the number of listeners stays the same between two dumps under the same load',
    };
  if (role === 'resource' || RESOURCE_NAME.test(className))
    return {
      kind: 'unclosed-resources',
      reason: `${className} by its name stands for something open; so many at once were probably never closed`,
      advice:
        'Close each on every way out (try-with-resources), and give pools a limit and a leak detection threshold.',
      refutedBy: 'their number follows the load and falls with it',
    };
  if (above.some((name) => TIMER_CLASS.test(name)))
    return {
      kind: 'timers-promises',
      reason: 'tasks of a timer or futures that have not completed hold them',
      advice:
        'Cancel tasks when their work is void (setRemoveOnCancelPolicy), complete every future (orTimeout), and let tasks capture ids instead of whole objects.',
      refutedBy: 'the tasks are gone in a dump taken after their longest delay',
    };
  const near = steps.slice(Math.max(0, accumulation - 2), accumulation + 2);
  if (near.some(({ name, via }) => QUEUE_CLASS.test(name) || QUEUE_FIELD.test(via)))
    return {
      kind: 'undrained-queue',
      reason: 'they wait in a queue: more is put in than taken out',
      advice:
        'Look at the consumer: is it running, failing, or slower than the producer? Bound the queue and push back.',
      refutedBy: 'the queue is empty in a dump taken when the process is idle',
    };
  const map = near.some(({ name }) => MAP_CLASS.test(name));
  return {
    kind: map ? 'unbounded-cache' : 'unbounded-collection',
    reason: map
      ? 'they sit in a map or set, which keeps every entry until it is removed'
      : 'one collection refers to all of them and nothing takes them out',
    advice: map
      ? 'Bound it (size or age: Caffeine, LinkedHashMap.removeEldestEntry), remove entries when their subject ends, or use weak keys.'
      : 'Find where entries are added and add the place where they are removed; bound the collection.',
    refutedBy: 'the number of entries stays at a limit between two dumps under the same load',
  };
}

export const CLASS_LOADER: KindVerdict = {
  kind: 'class-loader',
  reason:
    'the same class was loaded by many class loaders that are all alive: old deployments or plugins that something still refers to',
  advice:
    'Find what still refers to the old loader (a registry, a thread, a ThreadLocal, a driver, a shutdown hook; the path names it) and let go of it when the plugin or deployment is stopped.',
  refutedBy: 'each loader belongs to a plugin or deployment that is in use',
};
