import type { VNode } from 'preact';
import type { CaseDocument, Verdict } from '../../../functions/model/case.ts';
import type { TableView } from '../../../functions/model/view.ts';
import { formatBytes, formatDuration } from '../../draw/format.ts';
import { VerdictPill } from '../../parts/pill.tsx';
import { Section } from '../../parts/section.tsx';
import { Bar } from '../../views/table/bar.tsx';
import { address } from '../address.ts';

type Row = TableView['rows'][number];
const HOUR_MS = 3_600_000;

/** Versions x clusters at a glance: where it leaks, how fast, and from how long a look one knows. */
export function Versions({ data }: { data: CaseDocument }): VNode | null {
  const view = data.versionMatrix;
  if (!view) return null;
  const place = new Map(view.columns.map(({ name }, c) => [name, c]));
  const cell = (row: Row, name: string): Row[number] => row[place.get(name) ?? -1] ?? null;
  const slopes = view.rows.map((row) => Number(cell(row, 'slope') ?? 0));
  const bar = { column: place.get('slope') ?? 0, least: 0, most: Math.max(0, ...slopes) };
  return (
    <Section id="versions" title="Versions">
      <div class="table-wrap" role="region" aria-label="Versions and clusters" tabIndex={0}>
        <table class="table versions-table">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Cluster</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="number">
                Growth
              </th>
              <th scope="col">
                <span class="unseen">Its share of the fastest</span>
              </th>
              <th scope="col" class="number">
                Seen for
              </th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {view.rows.map((row) => {
              const verdict = cell(row, 'verdict');
              const grows = verdict === 'leak' && typeof cell(row, 'slope') === 'number';
              const hours = cell(row, 'sample');
              return (
                <tr>
                  <th scope="row">{cell(row, 'version')}</th>
                  <td>{cell(row, 'cluster') ?? <span class="quiet">cluster not said</span>}</td>
                  <td>
                    <VerdictPill state={isState(verdict) ? verdict : 'undecided'} />
                  </td>
                  <td class="number">{grows && <Growth of={(name) => cell(row, name)} />}</td>
                  <td class="bar">{grows && bar.most > 0 && <Bar value={cell(row, 'slope')} bar={bar} />}</td>
                  <td class="number">{typeof hours === 'number' && formatDuration(hours * HOUR_MS)}</td>
                  <td class="name">
                    <Evidence id={String(cell(row, 'evidence'))} data={data} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

const isState = (value: unknown): value is Verdict['state'] =>
  value === 'leak' || value === 'no-leak' || value === 'undecided';

function Growth({ of }: { of: (name: string) => Row[number] }): VNode {
  const [slope, low, high] = ['slope', 'low', 'high'].map((name) => Number(of(name) ?? Number.NaN));
  return (
    <>
      {formatBytes(slope ?? Number.NaN, 2)}/h
      {Number.isFinite(low) && Number.isFinite(high) && (
        <div class="quiet">
          {formatBytes(low ?? 0, 2)} to {formatBytes(high ?? 0, 2)}
        </div>
      )}
    </>
  );
}

function Evidence({ id, data }: { id: string; data: CaseDocument }): VNode | null {
  const one = data.evidence.find((piece) => piece.id === id);
  return one ? <a href={address.evidence(data.investigation.slug, id)}>{one.name}</a> : null;
}
