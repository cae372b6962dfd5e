import { describe } from 'vitest';
import { CAPABILITIES, objectsContract } from './objects-contract.ts';
import { openFauxqs, openSecond, secondStore } from './objects-stores.ts';

objectsContract('s3 on fauxqs', CAPABILITIES.fauxqs, openFauxqs);

// A real S3 server, by `.ci/second-lane/s3.sh`. Asked for and not there is a failure, not a skip.
describe.skipIf(process.env['CASEBOOK_SECOND_LANE'] !== '1')('second lane', () => {
  objectsContract(`s3 on ${secondStore ?? 'nothing'}`, CAPABILITIES[secondStore ?? 'versitygw'], openSecond);
});
