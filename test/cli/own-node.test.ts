import { describe, expect, it } from 'vitest';
import { isTooOld, runByOwnNode } from '../../functions/cli/own-node.ts';

describe('an older Node on the PATH', () => {
  it.each([
    ['18.20.1', true],
    ['20.20.2', true],
    ['23.11.0', true],
    ['24.0.0', false],
    ['26.1.0', false],
  ])('%s is too old: %s', (version, answer) => {
    expect(isTooOld(version)).toBe(answer);
  });

  it('hands over to the pinned one and takes over its exit code', async () => {
    expect(await runByOwnNode(['-e', 'process.exit(Number.parseInt(process.versions.node) + 1)'])).toBeGreaterThan(24);
  });
});
