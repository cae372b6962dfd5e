import { defineConfig } from 'vitest/config';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Real browsers, servers and kills on a busy machine: CI tries once more, and the report says which test needed it.
    retry: process.env['CI'] ? 1 : 0,
    // A browser on two busy cores needs more than the second that is the default.
    expect: { poll: { timeout: 10_000 } },
  },
});
