// One program a name: `node --expose-gc program.ts NAME COUNT OUT`. Those named healthy keep what they should; the others leak a Session a request.
import { EventEmitter } from 'node:events';
import { writeHeapSnapshot } from 'node:v8';

const [, , name = '', size, out] = process.argv;
const count = Number(size);

class Session {
  readonly id: string;
  readonly data: string;
  readonly user: { name: string; roles: string[] };
  next: Session | null = null;
  constructor(number: number) {
    this.id = `s${number}`;
    this.data = `${'payload '.repeat(4)}${number}`;
    this.user = { name: `u${number}`, roles: ['a', `b${number}`] };
  }
}
class Registry {
  readonly byId = new Map<string, Session>();
  readonly byUser = new Map<string, Session>();
  add(session: Session): void {
    this.byId.set(session.id, session);
    this.byUser.set(session.user.name, session);
  }
}
class Queue {
  head: Session | null = null;
  tail: Session | null = null;
  push(session: Session): void {
    if (this.tail === null) this.head = session;
    else this.tail.next = session;
    this.tail = session;
  }
}
class RecentSessions {
  readonly entries = new Map<number, Session>();
  readonly max: number;
  constructor(max: number) {
    this.max = max;
  }
  set(key: number, session: Session): void {
    this.entries.set(key, session);
    const [oldest = key] = this.entries.keys();
    if (this.entries.size > this.max) this.entries.delete(oldest);
  }
}
/** A part of a program that refers to others of its kind in no order, as a syntax tree with its types does. */
class Part {
  readonly links: Part[] = [];
  readonly byName = new Map<string, Part>();
}

const registry = new Registry();
const queue = new Queue();
const recent = new RecentSessions(count / 3);
const bus = new EventEmitter().setMaxListeners(0);
const parts = [new Part()];
const capture = (session: Session) => () => session.id;

const requests: Record<string, (i: number) => unknown> = {
  registry: (i) => registry.add(new Session(i)),
  'own-list': (i) => queue.push(new Session(i)),
  interval: (i) => setInterval(capture(new Session(i)), 1e9),
  listener: (i) => bus.on('change', capture(new Session(i))),
  'healthy-limit': (i) => recent.set(i, new Session(i)),
  'healthy-parts': (i) => {
    const part = new Part();
    // Made up, and the same in every run: a linear congruence.
    const some = (k: number): Part => parts[(i * 7919 + k * 104_729) % parts.length] ?? part;
    some(1).links.push(part);
    some(2).byName.set(`p${i}`, part);
    if (i % 3 === 0) some(3).links.push(part);
    part.links.push(some(4));
    return parts.push(part);
  },
  healthy: (i) => new Session(i),
};
for (let i = 0; i < count; i++) requests[name]?.(i);
if (name !== 'healthy-parts') parts.length = 1;
const first = parts[0];
parts.length = 0;
globalThis.gc?.();
writeHeapSnapshot(out);
// Whatever is here still is what it keeps.
setTimeout(() => {
  process.stdout.write(JSON.stringify([registry, queue, recent, bus.eventNames(), first]));
}, 1e9);
process.exit(0);
