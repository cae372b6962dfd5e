import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The walls of the house: which floor may import which. A line here is a decision of ARCHITECTURE.md. */
const ROOT = resolve(import.meta.dirname, '..');

interface Wall {
  readonly place: string;
  /** Prefixes of project files it may import, besides itself. */
  readonly may: readonly string[];
  /** Prefixes it may not, although `may` holds them. */
  readonly mayNot?: readonly string[];
  /** Packages, `node:` included; absent: any. */
  readonly packages?: readonly string[];
}

const PORTS = ['records/records', 'objects/objects', 'jobs/jobs', 'changes/changes', 'notifications/notifications'].map(
  (port) => `functions/platform/${port}.ts`,
);
const PURE_PACKAGES = ['fflate', 'fzstd', 'csv-parse', 'pbf', 'snappyjs', 'zod'];

const WALLS: readonly Wall[] = [
  { place: 'functions/model', may: [], packages: ['zod'] },
  { place: 'functions/analysis', may: ['functions/model'], packages: PURE_PACKAGES },
  { place: 'functions/platform', may: ['functions/model'] },
  { place: 'functions/host', may: ['functions/model', 'functions/analysis'] },
  { place: 'functions/hub', may: ['functions/model', 'functions/analysis', 'web', ...PORTS], mayNot: ['web/local'] },
  { place: 'functions/api', may: ['functions/hub', 'functions/model', 'web/security.ts', ...PORTS] },
  { place: 'functions/lambda', may: ['functions/'], mayNot: ['functions/cli'] },
  { place: 'functions/cli', may: ['functions/', 'web/security.ts'], mayNot: ['functions/lambda'] },
  { place: 'web', may: ['functions/model', 'functions/analysis'] },
  { place: 'infra', may: ['functions/platform/records/table.ts', 'web/security.ts'] },
];

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function faultsOf(wall: Wall): string[] {
  const faults: string[] = [];
  for (const file of filesBelow(wall.place))
    for (const specifier of importsOf(file)) {
      if (!specifier.startsWith('.')) {
        const fits = wall.packages?.some((name) => specifier === name || specifier.startsWith(`${name}/`)) ?? true;
        if (!fits) faults.push(`${file} imports the package ${specifier}`);
        continue;
      }
      const target = relative(ROOT, resolve(ROOT, dirname(file), specifier));
      const within = (prefix: string) =>
        target === prefix || target.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
      if (within(wall.place)) continue;
      if (!wall.may.some(within) || wall.mayNot?.some(within)) faults.push(`${file} imports ${target}`);
    }
  return faults;
}

describe('the walls', () => {
  it.each(WALLS)('$place imports only what it may', (wall) => {
    expect(faultsOf(wall)).toEqual([]);
  });

  it('web reaches analysis only in web/local and through its pure helpers', () => {
    const faults = filesBelow('web')
      .filter((file) => !file.startsWith('web/local/'))
      .flatMap((file) =>
        importsOf(file).map((specifier) => [file, relative(ROOT, resolve(ROOT, dirname(file), specifier))] as const),
      )
      .filter(([, target]) => /^functions\/analysis\/(run|registry|formats|analyser)/.test(target))
      .map(([file, target]) => `${file} imports ${target}`);
    expect(faults).toEqual([]);
  });

  it('only cli and lambda name adapters', () => {
    const adapters =
      /^functions\/platform\/.*\/(dynamodb|dynamodb-stream|sqlite|s3|files|files-door|sqs|ses|smtp|webhook|channels)\.ts$/;
    const faults = ['functions/hub', 'functions/api', 'web', 'functions/analysis']
      .flatMap(filesBelow)
      .flatMap((file) =>
        importsOf(file).map((specifier) => [file, relative(ROOT, resolve(ROOT, dirname(file), specifier))] as const),
      )
      .filter(([, target]) => adapters.test(target))
      .map(([file, target]) => `${file} imports ${target}`);
    expect(faults).toEqual([]);
  });

  it('every folder below functions and web has a map or holds one kind of thing', () => {
    const tops = ['functions'].flatMap((top) =>
      readdirSync(join(ROOT, top), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${top}/${entry.name}`),
    );
    const bare = tops.filter(
      (folder) => filesBelow(folder).length > 6 && !readdirSync(join(ROOT, folder)).includes('README.md'),
    );
    expect(bare).toEqual([]);
  });
});
