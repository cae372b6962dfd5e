import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { CAPABILITIES, objectsContract } from './objects-contract.ts';
import { openFauxqs, openMoto, openVersitygw } from './objects-stores.ts';
import { secondLane } from './second-lane/server.ts';

objectsContract('s3 on fauxqs', CAPABILITIES.fauxqs, openFauxqs);

/** Between them these can do all that S3 does. */
describe.skipIf(!secondLane)('second lane', () => {
  objectsContract('s3 on moto', CAPABILITIES.moto, openMoto);
  // Built with Go: skipped where there is none, a failure where there is and nobody installed it.
  const hasGo = secondLane && spawnSync('go', ['version']).status === 0;
  describe.skipIf(!hasGo)('a real server', () => {
    objectsContract('s3 on versitygw', CAPABILITIES.versitygw, openVersitygw);
  });
});
