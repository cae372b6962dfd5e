import { AppError, isAppError } from '../model/error.ts';
import { newId } from '../model/id.ts';
import { isCounted } from '../model/mapped-roles.ts';
import { type Mapping, MOST_MAPPED, type MappedSeries, type SeriesMapping } from '../model/mapping.ts';
import type { Person } from '../model/person.ts';
import { analyseRemapped } from './analyse-remapped.ts';
import type { Deps } from './deps.ts';
import { getMapping, mappingKind } from './mapping-record.ts';
import { getInvestigation } from './open-investigation.ts';
import { changeStored, requireVersion, writeStored, type Decision } from './stored.ts';

export async function addMapped(deps: Deps, slug: string, input: SeriesMapping, person: Person): Promise<MappedSeries> {
  await getInvestigation(deps, slug);
  const atMs = deps.now();
  const added: MappedSeries = {
    ...checked(input),
    id: newId(atMs, deps.random(10)),
    by: person.name,
    atMs,
    version: 1,
  };
  await changeMapping(deps, slug, (current) => {
    requireFree(current, added);
    if (current.series.length >= MOST_MAPPED) {
      throw new AppError('too-large', `an investigation has at most ${MOST_MAPPED} mapped names: remove one first`, {
        data: { limit: 'mapping', value: MOST_MAPPED },
      });
    }
    return decided(current, [...current.series, added], { kind: 'mapping/added', person, one: added });
  });
  return added;
}

export async function changeMapped(
  deps: Deps,
  slug: string,
  id: string,
  patch: Partial<SeriesMapping> & { version: number },
  person: Person,
): Promise<MappedSeries> {
  let changed: MappedSeries | undefined;
  await changeMapping(deps, slug, (current) => {
    const { version, ...fields } = patch;
    const before = requireMapped(current, id);
    requireVersion(before, version, 'this mapping');
    const one = { ...checked({ ...before, ...fields }), id, by: person.name, atMs: deps.now(), version: version + 1 };
    requireFree(current, one);
    changed = one;
    const series = current.series.map((each) => (each.id === id ? one : each));
    return decided(current, series, { kind: 'mapping/changed', person, one });
  });
  return changed ?? requireMapped(await getMapping(deps, slug), id);
}

export async function removeMapped(deps: Deps, slug: string, id: string, person: Person): Promise<void> {
  await changeMapping(deps, slug, (current) => {
    const one = requireMapped(current, id);
    const series = current.series.filter((each) => each.id !== id);
    return decided(current, series, { kind: 'mapping/removed', person, one });
  });
}

/** The word first, then the evidence that it concerns: a crash between is the sweep's to mend. */
async function changeMapping(deps: Deps, slug: string, decide: (current: Mapping) => Decision<Mapping>): Promise<void> {
  const kind = mappingKind(deps, slug);
  if (!(await deps.records.get(kind.key))) {
    const none: Mapping = { slug, series: [], settled: true, version: 0 };
    await writeStored(deps, kind, { next: none }, 0).catch((error: unknown) => {
      if (!isAppError(error) || error.code !== 'conflict') throw error;
    });
  }
  await changeStored(deps, kind, decide);
  await analyseRemapped(deps, slug);
}

function decided(
  current: Mapping,
  series: MappedSeries[],
  { kind, person, one }: { kind: string; person: Person; one: MappedSeries },
): Decision<Mapping> {
  const event = { kind, by: person.name, subjectId: one.id, text: sentenceOf(kind, one) };
  return { next: { ...current, series, settled: false }, event };
}

function sentenceOf(kind: string, { metric, labels, role, unit }: MappedSeries): string {
  const where = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const name = `“${metric}”${where.length > 0 ? ` with ${where.join(', ')}` : ''}`;
  if (kind === 'mapping/removed') return `${name} is no longer mapped by hand`;
  return role === 'ignore' ? `${name} is ignored from now on` : `${name} is read as ${role}, in ${unit}`;
}

function requireMapped(current: Mapping, id: string): MappedSeries {
  const one = current.series.find((each) => each.id === id);
  if (!one) throw new AppError('not-found', `there is no mapping ${id} in ${current.slug}`);
  return one;
}

/** Two words on the same series would contradict each other. */
function requireFree(current: Mapping, one: MappedSeries): void {
  const keyOf = ({ metric, labels }: SeriesMapping): string => JSON.stringify([metric, Object.entries(labels).sort()]);
  const taken = current.series.find((each) => each.id !== one.id && keyOf(each) === keyOf(one));
  if (!taken) return;
  throw new AppError('conflict', `“${one.metric}” is mapped already, by ${taken.by}: change that mapping`, {
    data: { current: taken },
  });
}

/** A unit that fits what it is: bytes for memory, a count for what is counted. */
function checked<T extends SeriesMapping>(said: T): T {
  const isCount = said.unit === 'count';
  if (said.role === 'ignore') return { ...said, unit: 'bytes' };
  if (isCounted(said.role)) return { ...said, unit: 'count' };
  if (!isCount) return said;
  throw new AppError(
    'bad-input',
    `${said.role} is measured in bytes: say in which unit, one of bytes, kB, KiB, MB, …`,
    {
      data: { field: 'unit' },
    },
  );
}
