import type { ByteSource, Run } from '../analysis/analyser.ts';
import { readRange } from '../analysis/bytes/read.ts';
import { compareSources } from '../analysis/compare.ts';
import { analyse } from '../analysis/run.ts';
import { Analysis } from '../model/analysis.ts';
import { AppError } from '../model/error.ts';
import type { AnalyseRequest } from './deps.ts';

/**
 * The bytes of one piece of evidence, or of those that are compared -> its Analysis; what every host runs inside its
 * isolation. A report was made by its submitter: it is read as data, against the schema, and bounded.
 */
export async function runAnalysis(
  open: (key: string) => Promise<ByteSource>,
  request: AnalyseRequest,
  run: Run,
): Promise<Analysis> {
  switch (request.kind) {
    case 'report':
      return readReport(await open(request.key), run);
    case 'comparison': {
      const sources = (request.compared ?? []).map(async ({ key, name }) => ({ name, source: await open(key) }));
      return compareSources(await Promise.all(sources), run);
    }
    case 'file':
    case 'push':
      return analyse(await open(request.key), request.name, {
        ...run,
        ...(request.context && { context: request.context }),
        ...(request.mapping && { mapping: request.mapping }),
      });
  }
}

async function readReport(source: ByteSource, run: Run): Promise<Analysis> {
  if (source.size > run.limits.memoryBytes / 8)
    throw new AppError(
      'too-large',
      `a report has at most ${Math.floor(run.limits.memoryBytes / 8)} bytes; this one has ${source.size}`,
      { data: { limit: 'reportBytes' } },
    );
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readRange(source, 0, source.size)));
  } catch (cause) {
    throw new AppError('bad-input', 'a report is the JSON that “casebook analyse --json” prints; this is not JSON', {
      cause,
    });
  }
  const parsed = Analysis.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    'bad-input',
    `a report is the JSON that “casebook analyse --json” prints; at ${issue?.path.join('.') ?? ''} it is not: ${issue?.message ?? ''}`,
  );
}
