import { verifyFix, type FixQuestion } from '../analysis/series/fix/verify-fix.ts';
import { samplesOfAnalyses } from '../analysis/series/samples-of-analyses.ts';
import type { Analysis } from '../model/analysis.ts';
import { AppError, isAppError } from '../model/error.ts';
import { analyseFile } from './analyse.ts';
import { printAnalysis } from './print-analysis.ts';

/**
 * `casebook verify-fix FILE… --deployed-at TIME [--before POD…] [--after POD…] [--control POD…] [--json]`: the Analysis of the
 * metrics with one finding, of rule `metrics/fix`.
 */
export async function verifyFixCommand(
  paths: readonly string[],
  question: FixQuestion,
  options: { json: boolean; signal: AbortSignal },
): Promise<number> {
  try {
    const analyses: Analysis[] = [];
    for (const path of paths) analyses.push(await analyseFile(path, options.signal));
    const [first] = analyses;
    const samples = samplesOfAnalyses(analyses);
    if (!first || samples.series.length === 0)
      throw new AppError(
        'bad-input',
        `${paths.join(', ')}: no series with times in it; a fix is verified on metrics over time, from before the deploy until after it`,
      );
    const answer: Analysis = {
      ...first,
      findings: [verifyFix(samples, question)],
      views: first.views.filter((view) => view.kind === 'chart'),
    };
    process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : `${printAnalysis(paths.join(' '), answer)}\n`);
    return 0;
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (options.json) process.stdout.write(`${JSON.stringify(error.toJSON())}\n`);
    else process.stderr.write(`refused (${error.code}): ${error.message}\n`);
    return 1;
  }
}

/** Seconds or milliseconds since the epoch, or a date as ISO 8601. Undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number < 1e11 ? number * 1000 : number;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}
