import type { Deps } from '../../functions/hub/deps.ts';

/** Thrown by the operation at which the process dies, and by every one after it until the restart. */
export class Crash extends Error {}

export interface Fuse {
  /** Dies at this operation from now: 0 is the next one. Infinity: never. */
  operationsLeft: number;
  /** The operation at which it dies was done, or not. */
  after: boolean;
  dead: boolean;
}

export function newFuse(): Fuse {
  return { operationsLeft: Infinity, after: false, dead: false };
}

/** Ports that die at a chosen operation, before it or after it took effect. */
export function crashing(deps: Deps, fuse: Fuse): Deps {
  const cut = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]): Promise<unknown> => {
          if (fuse.dead) throw new Crash('the process is dead');
          const dies = fuse.operationsLeft-- <= 0;
          if (dies && !fuse.after) fuse.dead = true;
          if (fuse.dead) throw new Crash('died before');
          const result: unknown = await Reflect.apply(member, target, given);
          if (dies) {
            fuse.dead = true;
            throw new Crash('died after');
          }
          return result;
        };
      },
    });
  return { ...deps, records: cut(deps.records), evidence: cut(deps.evidence), jobs: cut(deps.jobs) };
}
