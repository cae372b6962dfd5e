import type { Analysis } from '../model/analysis.ts';

const SIGN = { critical: '!!', warning: '! ', note: '- ' } as const;

/** An Analysis for a person at a terminal: what it is, what was found, what to do. The views are for `--json` and the hub. */
export function printAnalysis(path: string, analysis: Analysis): string {
  const lines = [`${path}: ${analysis.format}`];
  const context = Object.entries(analysis.context).map(
    ([name, value]) => `${name} ${name.endsWith('AtMs') ? new Date(Number(value)).toISOString() : String(value)}`,
  );
  if (context.length > 0) lines.push(`  ${context.join(', ')}`);
  for (const fact of analysis.facts.slice(0, 30)) lines.push(`  ${fact.name}: ${quantity(fact.value, fact.unit)}`);
  for (const finding of analysis.findings.slice(0, 20)) {
    lines.push(
      '',
      `${SIGN[finding.severity]} ${finding.title} (${Math.round(finding.confidence * 100)} % sure; ${finding.rule})`,
      `   ${finding.advice}`,
    );
    if (finding.limits) lines.push(`   Limits: ${finding.limits}`);
  }
  if (analysis.warnings.length > 0)
    lines.push('', ...analysis.warnings.slice(0, 20).map((warning) => `warning: ${warning}`));
  return `${lines.map(withoutControls).join('\n')}\n`;
}

/** A stranger's file must not move the cursor or set the title of somebody's terminal. */
function withoutControls(line: string): string {
  return line.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\u00b7');
}

function quantity(value: number | string, unit?: string): string {
  if (typeof value === 'string') return value;
  if (unit !== 'bytes') return `${value.toLocaleString('en')}${unit && unit !== 'count' ? ` ${unit}` : ''}`;
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.abs(value) || 1) / 3)));
  const scaled = value / 1000 ** power;
  return `${power === 0 ? String(value) : scaled.toPrecision(3)} ${['B', 'kB', 'MB', 'GB', 'TB'][power] ?? ''}`;
}
