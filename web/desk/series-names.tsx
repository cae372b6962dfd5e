import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { UnknownSeries } from '../../functions/model/case.ts';
import { UNIT_SCALES } from '../../functions/model/mapped-roles.ts';
import type { MappedSeries } from '../../functions/model/mapping.ts';
import { formatBytes, formatNumber, plural } from '../draw/format.ts';
import { Sparkline } from '../draw/sparkline.tsx';
import { ConfirmButton } from '../form/confirm-button.tsx';
import { TextField } from '../form/field.tsx';
import { Problem } from '../form/problem.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pill } from '../parts/pill.tsx';
import { Time } from '../parts/time.tsx';
import { hasUnit, ROLE_WORDS } from './mapping-words.ts';
import { MeaningForm } from './meaning-form.tsx';
import { useAction } from './use-action.ts';
import type { Desk } from './use-desk.ts';

/** More than fit a screen: then one looks for a name. */
const MANY = 8;

/** What series with names of their own are: said once, remembered for the investigation. */
export function SeriesNames({ desk }: { readonly desk: Desk }): VNode {
  const [wanted, setWanted] = useState('');
  const [said, setSaid] = useState('');
  const { mapping, unknownSeries } = desk;
  const covered = new Set(mapping.filter(({ labels }) => Object.keys(labels).length === 0).map(({ metric }) => metric));
  const open = unknownSeries.filter(({ metric }) => !covered.has(metric));
  const shown = open.filter(({ metric }) => metric.toLowerCase().includes(wanted.toLowerCase().trim()));
  const again = desk.evidence.filter(({ state }) => state === 'received' || state === 'analysing').length;
  const say = (metric: string, what: string): void => {
    setSaid(`${metric} ${what}.`);
    // The row has moved to the other list: the focus follows it.
    requestAnimationFrame(() => document.getElementById('mapped-title')?.focus());
  };
  if (open.length + mapping.length === 0) return <NothingOpen desk={desk} />;
  return (
    <div class="stack">
      <p class="measure">
        Series with names that no list of exporters has. Say once what one is, and it is judged like any other: here, in
        what was sent, and in what comes.
      </p>
      <p class="unseen" role="status">
        {said}
      </p>
      {again > 0 && (
        <p class="notice" role="status">
          {plural(again, 'piece')} of evidence {again === 1 ? 'is' : 'are'} being read again.
        </p>
      )}
      {mapping.length > 0 && (
        <section aria-labelledby="mapped-title">
          <h3 id="mapped-title" tabIndex={-1}>
            Mapped by hand <span class="count">{mapping.length}</span>
          </h3>
          <ul class="work-list">
            {mapping.toReversed().map((one) => (
              <MappedItem
                key={one.id}
                desk={desk}
                one={one}
                series={unknownSeries.find(({ metric }) => metric === one.metric)}
                say={say}
              />
            ))}
          </ul>
        </section>
      )}
      {open.length > 0 && (
        <section aria-labelledby="unknown-title">
          <h3 id="unknown-title">
            Not named yet <span class="count">{open.length}</span>
          </h3>
          {open.length > MANY && (
            <TextField
              id="unknown-filter"
              label="Find a name"
              value={wanted}
              onInput={setWanted}
              placeholder="heap"
              mono
            />
          )}
          {shown.length === 0 && (
            <p class="quiet" role="status">
              No name here says that.
            </p>
          )}
          <ul class="work-list">
            {shown.map((series) => (
              <UnknownItem key={series.metric} desk={desk} series={series} say={say} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function NothingOpen({ desk }: { readonly desk: Desk }): VNode {
  const hasAnalysed = desk.evidence.some(({ state }) => state === 'analysed');
  return hasAnalysed ? (
    <Empty title="Every series has a known name.">
      <p>
        Nothing in the evidence needs your word. Where a program has metrics of its own names, they appear here, and you
        say which memory they are.
      </p>
    </Empty>
  ) : (
    <Empty title="No evidence was read yet.">
      <p>
        Series with names of their own appear here once metrics came in: by{' '}
        <a href={`/i/${desk.slug}/send/`}>the form</a>, a curl line or a push.
      </p>
    </Empty>
  );
}

interface Said {
  readonly say: (metric: string, what: string) => void;
}

function UnknownItem({ desk, series, say }: { readonly desk: Desk; readonly series: UnknownSeries } & Said): VNode {
  const { metric, reading } = series;
  return (
    <li class="work-item series-item unnamed">
      <div class="row">
        <h4 class="mono">{metric}</h4>
        {reading === 'memory' && <Pill tone="unsure">read as memory of some kind</Pill>}
        {reading === 'mapped' && <Pill>mapped in part</Pill>}
      </div>
      <Shape desk={desk} series={series} />
      <MeaningForm
        name={metric}
        series={series}
        submit="Remember it"
        onSubmit={async (said) => {
          await desk.ask('POST', 'mapping', () => undefined, { metric, ...said });
          say(metric, said.role === 'ignore' ? 'is ignored' : `is read as ${said.role}`);
        }}
      />
    </li>
  );
}

function MappedItem({
  desk,
  one,
  series,
  say,
}: { readonly desk: Desk; readonly one: MappedSeries; readonly series: UnknownSeries | undefined } & Said): VNode {
  const [isEditing, setEditing] = useState(false);
  const { run, isBusy, error } = useAction();
  const labels = Object.entries(one.labels).map(([name, value]) => `${name}="${value}"`);
  const name = [one.metric, ...labels].join(' ');
  return (
    <li class="work-item series-item">
      <div class="row spread">
        <h4>
          <span class="mono">{one.metric}</span>
          {labels.length > 0 && <span class="mono quiet"> {`{${labels.join(', ')}}`}</span>}
        </h4>
        <span class="row">
          <button type="button" class="button small" aria-expanded={isEditing} onClick={() => setEditing(!isEditing)}>
            Change<span class="unseen"> {name}</span>
          </button>
          <ConfirmButton
            question={`Forget what “${one.metric}” is? Its evidence is read again without it.`}
            yes="Forget it"
            disabled={isBusy}
            onConfirm={() =>
              void run(async () => {
                await desk.ask('DELETE', `mapping/${one.id}`, () => undefined);
                say(one.metric, 'is unknown again');
              })
            }
          >
            Remove<span class="unseen"> {name}</span>
          </ConfirmButton>
        </span>
      </div>
      <p>
        {ROLE_WORDS[one.role]}
        {hasUnit(one.role) && <>, in {one.unit}</>}
      </p>
      <p class="meta">
        <span>{one.by}</span>
        <Time ms={one.atMs} as="age" />
        {!series && <span>in no evidence that is shown now</span>}
      </p>
      {series && <Shape desk={desk} series={series} scale={hasUnit(one.role) ? UNIT_SCALES[one.unit] : undefined} />}
      {isEditing && (
        <MeaningForm
          name={name}
          series={series}
          current={one}
          submit="Save"
          onCancel={() => setEditing(false)}
          onSubmit={async (said) => {
            const fields = { role: said.role, unit: said.unit, version: one.version };
            await desk.ask('PATCH', `mapping/${one.id}`, () => undefined, fields);
            setEditing(false);
            say(one.metric, 'is changed');
          }}
        />
      )}
      {error && <Problem title="It was not removed." error={error} />}
    </li>
  );
}

/** What it looks like, and where it is. */
function Shape({
  desk,
  series,
  scale,
}: {
  readonly desk: Desk;
  readonly series: UnknownSeries;
  /** Of a byte, where its unit is known. */
  readonly scale?: number | undefined;
}): VNode {
  const { first, last, hours, unit, spark, seriesCount, evidenceIds } = series;
  const print = (value: number): string =>
    scale !== undefined
      ? formatBytes(value * scale)
      : unit === 'bytes'
        ? formatBytes(value)
        : `${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`;
  const pieces = evidenceIds.flatMap((id) => desk.evidence.find((piece) => piece.id === id) ?? []);
  const change = first === last ? `stays at ${print(last)}` : `${print(first)} → ${print(last)}`;
  return (
    <div class="series-shape">
      <Sparkline values={spark} />
      <p class="meta">
        <span class="number">
          {change}
          {hours > 0 && ` in ${formatNumber(hours, 2)} h`}
        </span>
        {seriesCount > 1 && <span>the longest of {seriesCount} series</span>}
        <span>
          in{' '}
          {pieces.slice(0, 3).map(({ id, name }, i) => (
            <>
              {i > 0 && ', '}
              <a class="mono" href={`/i/${desk.slug}/evidence/${id}/`}>
                {name}
              </a>
            </>
          ))}
          {pieces.length > 3 && ` and ${pieces.length - 3} more`}
        </span>
      </p>
    </div>
  );
}
