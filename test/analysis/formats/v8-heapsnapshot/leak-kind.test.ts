import { describe, expect, it } from 'vitest';
import { roleOfClass } from '../../../../functions/analysis/formats/v8-heapsnapshot/class-roles.ts';
import { judgeKind } from '../../../../functions/analysis/formats/v8-heapsnapshot/leak-kind.ts';
import type { PathStep } from '../../../../functions/analysis/heap/path-step.ts';

/** `via<name>` a step, as the way is told from the root down. */
function steps(...texts: string[]): PathStep[] {
  return texts.map((text) => ({ via: text.slice(0, text.indexOf('<')), name: text.slice(text.indexOf('<') + 1, -1) }));
}

/** A timer of the program happens to be the nearest way to the variables of its module. */
const BY_A_TIMER = steps(
  '<globalThis>',
  '.setTimeout<function setTimeout>',
  'context<(closure context)>',
  'timerListMap<Object>',
  '[…]<TimersList>',
  '._idleNext<Timeout>',
  '._onTimeout<function poll>',
  'context<(closure context)>',
);

describe('the kind of a leak', () => {
  it.each<[string, string, PathStep[], number, string]>([
    [
      'a Map',
      'Session',
      steps('cache<Cache>', '.entries<Map>', 'table<(table)>', '[…]<Session>'),
      1,
      'unbounded-cache',
    ],
    ['a list', 'Session', steps('history<Array>', '[…]<Session>'), 0, 'unbounded-collection'],
    ['an object used as a map', 'Session', steps('byId<Object>', '[…]<Session>'), 0, 'unbounded-cache'],
    ['an object with one field', 'Link', steps('list<Object>', '.first<Link>'), 0, 'unbounded-collection'],
    ['a queue by its variable', 'Job', steps('jobQueue<Array>', '[…]<Job>'), 0, 'undrained-queue'],
    [
      'timers in a list',
      'Job',
      steps(
        'timers<Array>',
        '[…]<Timeout>',
        '._onTimeout<(anonymous function)>',
        'context<(closure context)>',
        'job<Job>',
      ),
      0,
      'timers-promises',
    ],
    [
      'many listeners of one emitter',
      'Context',
      steps(
        'bus<Bus>',
        '._events<Object>',
        '.change<Array>',
        '[…]<function f>',
        'context<(closure context)>',
        'c<Context>',
      ),
      2,
      'listener-leak',
    ],
    [
      'many emitters with one listener each',
      'Context',
      steps(
        'all<Array>',
        '[…]<Bus>',
        '._events<Object>',
        '.change<function f>',
        'context<(closure context)>',
        'c<Context>',
      ),
      0,
      'unbounded-collection',
    ],
    [
      'what open sockets hold',
      'User',
      steps('open<Set>', 'table<(table)>', '[…]<Socket>', '.user<User>'),
      1,
      'unclosed-resources',
    ],
    ['handlers that are no functions', 'Route', steps('handlers<Array>', '[…]<Route>'), 0, 'unbounded-collection'],
    ['handlers that are functions', 'Function', steps('handlers<Array>', '[…]<function on>'), 0, 'listener-leak'],
  ])('%s, even where a timer is on the way to its variable', (_, className, way, pile, kind) => {
    const at = BY_A_TIMER.length + pile;
    expect(judgeKind(className, [...BY_A_TIMER, ...way], at, at).kind).toBe(kind);
  });

  it('is detached DOM where each of a class refers to an element that is out of its document', () => {
    const verdict = judgeKind('RowView', steps('<globalThis>', '.rows<Array>', '[…]<RowView>'), 1, 1, 'Detached <div>');
    expect(verdict).toMatchObject({
      kind: 'detached-dom',
      reason: expect.stringContaining('Detached <div>') as string,
    });
  });
});

describe('the role of a class', () => {
  it.each([
    ['Session', 'user'],
    ['{id, title}', 'user'],
    ['{data, error}', 'user'],
    ['Worker', 'user'],
    ['Socket', 'resource'],
    ['PassThrough', 'resource'],
    ['Listener', 'resource'],
    ['AsyncContextFrame', 'resource'],
    ['ReadableState', 'ignored'],
    ['{close, error, data, end, readable, <symbol kConstruct>}', 'ignored'],
    ['{__esModule, handler}', 'ignored'],
    ['Error', 'data'],
  ])('%s: %s', (name, role) => {
    expect(roleOfClass(name, false)).toBe(role);
  });

  it('of native nodes is to be looked at for messages alone', () => {
    expect(roleOfClass('Node / Message', true)).toBe('resource');
    expect(roleOfClass('Node / MessagePort', true)).toBe('ignored');
  });
});
