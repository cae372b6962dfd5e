import { defineConfig } from 'vitest/config';

/** Bytes in, values out: no clock, process or module that remembers, so these files need not each import everything anew, which took a third of their time. */
const PURE = ['test/analysis/**/*.test.ts', 'test/model/**/*.test.ts'];
/** Beside them, but with processes of their own and dumps that fill the memory. */
const DUMPS = 'test/analysis/{redact,formats/hprof,formats/v8-heapsnapshot}/**/*.test.ts';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, exclude: [DUMPS], isolate: false } },
      {
        extends: true,
        test: { name: 'rest', include: ['test/*.test.ts', 'test/!(analysis|model)/**/*.test.{ts,tsx}', DUMPS] },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One more than the cores of the smallest machine: many tests wait for browsers, servers and clocks (520 s instead of 625 on two cores).
    maxWorkers: 3,
    // Real browsers, servers and kills on a busy machine: CI tries once more, and the report says which test needed it.
    retry: process.env['CI'] ? 1 : 0,
    // A browser on two busy cores needs more than the second that is the default.
    expect: { poll: { timeout: 10_000 } },
  },
});
