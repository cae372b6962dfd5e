import { build } from 'esbuild';

/** Bundles a program that draws pages: these are .tsx, which Node does not run. */
export async function bundlePages(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
}
