import type { VNode } from 'preact';
import type { Count, RedactionReport } from '../../functions/analysis/redact/report.ts';
import { formatBytes, formatNumber, plural } from '../draw/format.ts';

/** What was blanked in a redacted copy, what stayed and why: counts, and never a text of the dump. */
export function RedactionReportShown({ report }: { readonly report: RedactionReport }): VNode {
  const { blanked, kept, rules, notes, outputBytes } = report;
  const secrets = rules.reduce((sum, { inContents, inNames }) => sum + inContents + inNames, 0);
  return (
    <details class="redaction-report">
      <summary>
        Redacted: {plural(blanked[0]?.count ?? 0, 'text')} blanked, {plural(secrets, 'recognised secret')} among them,{' '}
        {formatBytes(outputBytes)}
      </summary>
      <div class="stack-tight">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">what</th>
              <th scope="col" class="number">
                count
              </th>
              <th scope="col" class="number">
                bytes
              </th>
            </tr>
          </thead>
          <Group title="Blanked" counts={blanked.filter(({ count }) => count > 0)} />
          <Group
            title={rules.length === 0 ? 'No secret was recognised by the rules' : 'Secrets recognised, all blanked'}
            counts={rules.map(({ title, inContents, inNames }) => ({
              what: inNames === 0 ? title : `${title}, ${formatNumber(inNames, 15)} of them in names`,
              count: inContents + inNames,
            }))}
          />
          <Group title="Kept" counts={kept.filter(({ count }) => count > 0)} />
        </table>
        <ul class="bullets quiet">
          {notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function Group({ title, counts }: { title: string; counts: readonly (Count & { readonly why?: string })[] }): VNode {
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={3}>
          {title}
        </th>
      </tr>
      {counts.map(({ what, count, bytes, why }) => (
        <tr>
          <td>
            {what}
            {why !== undefined && <span class="quiet">: {why}</span>}
          </td>
          <td class="number">{formatNumber(count, 15)}</td>
          <td class="number">{bytes === undefined ? '' : formatBytes(bytes)}</td>
        </tr>
      ))}
    </tbody>
  );
}
