import { parseArgs } from 'node:util';
import { isAppError } from '../model/error.ts';

/** `casebook COMMAND`. Exit codes: 0 done, 1 refused, 2 usage. */
const USAGE = `casebook: finds memory leaks, together

  casebook analyse FILE… [--json]
      Analyses heap dumps, metric exports, profiles and logs on this machine; nothing is sent.
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

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;
  switch (command) {
    case 'analyse': {
      const { values, positionals } = parse(rest, { json: { type: 'boolean', default: false } });
      if (positionals.length === 0) throw new UsageError('analyse needs a file');
      const { analyseCommand } = await import('./analyse.ts');
      return analyseCommand(positionals, { json: values.json, signal });
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

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

function parse<const T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
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
