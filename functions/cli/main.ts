import { parseArgs } from 'node:util';
import { isAppError } from '../model/error.ts';
import type { SeriesMapping } from '../model/mapping.ts';
import { isTooOld, runByOwnNode } from './own-node.ts';

/** `casebook COMMAND`. Exit codes: 0 done, 1 refused, 2 usage. */
const USAGE = `casebook: finds memory leaks, together

  casebook analyse FILE… [--map NAME=ROLE[:UNIT]]… [--json]
      Analyses heap dumps, class histograms and metric exports on this machine; nothing is sent. --map says what a series
      with a name of your own is: --map acme_ram=rss:MB (working-set, rss, limit, js-heap, jvm-heap, …, ignore).
  casebook diff A B [C…] [--json]
      What grew between heap dumps of one process or of two versions, the oldest first.
  casebook verify-fix FILE… --deployed-at TIME [--before POD…] [--after POD…] [--control POD…] [--json]
      Did a fix hold: growth before and after a deploy. TIME is ISO 8601, or seconds since 1970.
  casebook redact IN OUT [--keep TEXT]… [--blank-keys] [--blank-numbers] [--ipv4] [--json]
      Writes a heap dump without contents: strings and primitive arrays blanked, their lengths, objects, references,
      sizes and names kept. Every reader opens it. OUT.gz is packed. Says what was blanked, in counts.
  casebook submit FILE… --to URL --token TOKEN [--report-only]
      Sends evidence to an investigation (URL: https://HOST/api/investigations/SLUG);
      with --report-only the file is analysed here and only the report is sent.
  casebook serve [--demo]
      Serves the whole product on this machine.
      PORT, HOST, CASEBOOK_DATA (./data), CASEBOOK_PUBLIC_URL, … : see README.
`;

class UsageError extends Error {}

async function readMappings(texts: readonly string[]): Promise<SeriesMapping[]> {
  if (texts.length === 0) return [];
  const { MAPPING_WORDS, parseMapping } = await import('./map-option.ts');
  return texts.map((text) => {
    const said = parseMapping(text);
    if (!said) throw new UsageError(`--map ${text}: say NAME=ROLE or NAME=ROLE:UNIT. ${MAPPING_WORDS}`);
    return said;
  });
}

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;
  switch (command) {
    case 'analyse': {
      const { values, positionals } = parse(rest, {
        json: { type: 'boolean', default: false },
        map: { type: 'string', multiple: true, default: [] },
      });
      if (positionals.length === 0) throw new UsageError('analyse needs a file');
      const { analyseCommand } = await import('./analyse.ts');
      return analyseCommand(positionals, { json: values.json, signal, mapping: await readMappings(values.map) });
    }
    case 'diff': {
      const { values, positionals } = parse(rest, { json: { type: 'boolean', default: false } });
      if (positionals.length < 2) throw new UsageError('diff needs two files or more, the oldest first');
      const { diffCommand } = await import('./diff.ts');
      return diffCommand(positionals, { json: values.json, signal });
    }
    case 'verify-fix': {
      const pods = { type: 'string' as const, multiple: true as const, default: [] as string[] };
      const { values, positionals } = parse(repeatLists(rest, ['--before', '--after', '--control']), {
        json: { type: 'boolean', default: false },
        'deployed-at': { type: 'string' },
        before: pods,
        after: pods,
        control: pods,
      });
      const { parseTime, verifyFixCommand } = await import('./verify-fix.ts');
      const deployedAtMs = parseTime(values['deployed-at'] ?? '');
      if (positionals.length === 0) throw new UsageError('verify-fix needs a file of metrics');
      if (deployedAtMs === undefined)
        throw new UsageError('verify-fix needs --deployed-at with a time, such as 2026-11-22T20:00:00Z');
      const { before, after, control } = values;
      return verifyFixCommand(positionals, { deployedAtMs, before, after, control }, { json: values.json, signal });
    }
    case 'redact': {
      const { values, positionals } = parse(rest, {
        keep: { type: 'string', multiple: true, default: [] },
        'blank-keys': { type: 'boolean', default: false },
        'blank-numbers': { type: 'boolean', default: false },
        ipv4: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      });
      const [input, output, ...more] = positionals;
      if (input === undefined || output === undefined || more.length > 0)
        throw new UsageError('redact needs a dump and the name of the redacted one');
      const { redactCommand } = await import('./redact.ts');
      return redactCommand(input, output, {
        keep: values.keep,
        blankKeys: values['blank-keys'],
        blankNumbers: values['blank-numbers'],
        ipv4: values.ipv4,
        json: values.json,
        signal,
      });
    }
    case 'submit': {
      const { values, positionals } = parse(rest, {
        to: { type: 'string' },
        token: { type: 'string' },
        'report-only': { type: 'boolean', default: false },
      });
      if (positionals.length === 0 || !values.to || !values.token)
        throw new UsageError('submit needs a file, --to and --token');
      const { submitCommand } = await import('./submit.ts');
      return submitCommand(positionals, {
        to: values.to,
        token: values.token,
        reportOnly: values['report-only'],
        signal,
      });
    }
    case 'serve': {
      const { values } = parse(rest, { demo: { type: 'boolean', default: false } });
      const { serveCommand } = await import('./serve.ts');
      return serveCommand({ signal, demo: values.demo });
    }
    case 'analyse-object': {
      const { serveOneAnalysis } = await import('./isolated.ts');
      const { readLocalConfig } = await import('./local-config.ts');
      const { openEvidence } = await import('./local-deps.ts');
      serveOneAnalysis(() => openEvidence(readLocalConfig(process.env)));
      return 0;
    }
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return 0;
    default:
      throw new UsageError(command ? `there is no command ${command}` : 'say what to do');
  }
}

/** `--before a b` and `--before a,b` as `--before a --before b`, which is what the parser knows. */
function repeatLists(args: readonly string[], flags: readonly string[]): string[] {
  const out: string[] = [];
  let flag: string | undefined;
  for (const arg of args) {
    if (arg.startsWith('--')) {
      flag = flags.includes(arg) ? arg : undefined;
      if (flag === undefined) out.push(arg);
    } else if (flag === undefined) out.push(arg);
    else out.push(...arg.split(',').flatMap((value) => [flag ?? '', value]));
  }
  return out;
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function parse<const T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  const { node } = process.versions;
  process.exitCode = await (isTooOld(node) ? runByOwnNode(process.argv.slice(1)) : main(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`casebook: ${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    process.stderr.write(
      isAppError(error)
        ? `casebook: ${error.message}\n`
        : `casebook: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
