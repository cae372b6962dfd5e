import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** Bundles `peers/devtools.mjs` with Chrome DevTools' model of heap snapshots, which npm has as TypeScript only, into one module for Node. */
export async function bundleDevtools(nodeModules: string, outfile: string): Promise<string> {
  await build({
    entryPoints: [join(import.meta.dirname, 'peers/devtools.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [devtoolsSources(join(nodeModules, 'chrome-devtools-frontend/front_end'))],
  });
  return outfile;
}

/** The package leaves out one generated file, the list of languages; the model needs none of them. */
function devtoolsSources(frontEnd: string): Plugin {
  const names = ['LOCALES', 'BUNDLED_LOCALES', 'DEFAULT_LOCALE', 'REMOTE_FETCH_PATTERN', 'LOCAL_FETCH_PATTERN'];
  return {
    name: 'devtools-sources',
    setup(bundler) {
      bundler.onResolve({ filter: /^devtools-heap-snapshot-worker$/ }, () => ({
        path: join(frontEnd, 'entrypoints/heap_snapshot_worker/heap_snapshot_worker.ts'),
      }));
      bundler.onResolve({ filter: /\/locales\.js$/ }, () => ({ path: 'locales', namespace: 'empty' }));
      bundler.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
        contents: names.map((name) => `export const ${name} = ['en-US'];`).join('\n'),
      }));
    },
  };
}
