import type { z } from 'zod';
import { Deploy, type NewDeploy } from '../model/casework.ts';
import { AppError } from '../model/error.ts';
import type { Person } from '../model/person.ts';
import type { Deps } from './deps.ts';
import { addressSubject, countInWindow } from './limits.ts';
import { createWork } from './people-work.ts';
import type { Submitter } from './tokens.ts';

/** A maintainer's word, or that of a pipeline with a token of its own. Without a time: now. */
export async function recordDeploy(
  deps: Deps,
  slug: string,
  input: Omit<z.infer<typeof NewDeploy>, 'timeMs'> & { timeMs?: number | undefined },
  by: Person | Submitter,
  address: string,
): Promise<Deploy> {
  const deploy = { ...input, timeMs: input.timeMs ?? deps.now() };
  if (!('tokenId' in by)) return Deploy.parse(await createWork(deps, slug, 'deploys', deploy, by));
  if (by.isStranger) {
    throw new AppError(
      'forbidden',
      'this is the public token, which sends evidence alone: ask a maintainer for a token of your pipeline to record deploys with',
    );
  }
  await countInWindow(deps, 'notesPerHour', addressSubject(deps, address), { advice: 'or record fewer deploys' });
  return Deploy.parse(await createWork(deps, slug, 'deploys', deploy, { subject: by.tokenId, name: by.label }));
}
