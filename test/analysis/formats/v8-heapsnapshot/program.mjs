// One program a name: `node --expose-gc program.mjs NAME COUNT OUT`. Those named healthy keep what they should; the others leak a Session a request.
import { EventEmitter } from 'node:events';
import { writeHeapSnapshot } from 'node:v8';

const [name, count, out] = [process.argv[2], Number(process.argv[3]), process.argv[4]];

class Session {
  constructor(number) {
    this.id = `s${number}`;
    this.data = 'payload '.repeat(4) + number;
    this.user = { name: `u${number}`, roles: ['a', `b${number}`] };
    this.next = null;
  }
}
class Registry {
  byId = new Map();
  byUser = new Map();
  add(session) {
    this.byId.set(session.id, session);
    this.byUser.set(session.user.name, session);
  }
}
class Queue {
  head = null;
  tail = null;
  push(session) {
    if (this.tail === null) this.head = session;
    else this.tail.next = session;
    this.tail = session;
  }
}
class RecentSessions {
  entries = new Map();
  constructor(max) {
    this.max = max;
  }
  set(key, session) {
    this.entries.set(key, session);
    if (this.entries.size > this.max) this.entries.delete(this.entries.keys().next().value);
  }
}
/** A part of a program that refers to others of its kind in no order, as a syntax tree with its types does. */
class Part {
  links = [];
  byName = new Map();
}

const registry = new Registry();
const queue = new Queue();
const recent = new RecentSessions(count / 3);
const bus = new EventEmitter().setMaxListeners(0);
const parts = [new Part()];
const capture = (session) => () => session.id;

const requests = {
  registry: (i) => registry.add(new Session(i)),
  'own-list': (i) => queue.push(new Session(i)),
  interval: (i) => setInterval(capture(new Session(i)), 1e9),
  listener: (i) => bus.on('change', capture(new Session(i))),
  'healthy-limit': (i) => recent.set(i, new Session(i)),
  'healthy-parts': (i) => {
    const part = new Part();
    // Made up, and the same in every run: a linear congruence.
    const some = (k) => parts[(i * 7919 + k * 104_729) % parts.length];
    some(1).links.push(part);
    some(2).byName.set(`p${i}`, part);
    if (i % 3 === 0) some(3).links.push(part);
    part.links.push(some(4));
    parts.push(part);
  },
  healthy: (i) => new Session(i),
};
for (let i = 0; i < count; i++) requests[name](i);
if (name !== 'healthy-parts') parts.length = 1;
const first = parts[0];
parts.length = 0;
globalThis.gc();
writeHeapSnapshot(out);
setTimeout(() => console.log(registry, queue, recent, bus, first), 1e9);
process.exit(0);
