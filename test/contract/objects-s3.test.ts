import { describe, expect, it } from 'vitest';
import { CAPABILITIES, objectsContract } from './objects-contract.ts';
import { openFauxqs, openSecond, secondStores } from './objects-stores.ts';

objectsContract('s3 on fauxqs', CAPABILITIES.fauxqs, openFauxqs);

// What `.ci/second-lane/s3.sh` installed. Asked for and not there is a failure, not a skip. Between them the two can do all.
describe.skipIf(process.env['CASEBOOK_SECOND_LANE'] !== '1')('second lane', () => {
  it('has a server to test with', () => {
    expect(secondStores, 'run .ci/second-lane/s3.sh').not.toEqual([]);
  });
  for (const name of secondStores) objectsContract(`s3 on ${name}`, CAPABILITIES[name], () => openSecond(name));
});
