import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../functions/analysis/run.ts';
import type { Analysis } from '../../../functions/model/analysis.ts';
import { isAppError } from '../../../functions/model/error.ts';
import {
  buildSnapshot,
  NODE_20,
  NODE_24,
  type PlainEdge,
  type PlainNode,
} from '../formats/v8-heapsnapshot/build-snapshot.ts';
import { sourceOf, testRun } from '../test-run.ts';
import { plantAndDump, type Planted } from './planting-program.ts';
import { redactBytes } from './redact-bytes.ts';

interface Raw {
  snapshot: { meta: { node_fields: string[]; node_types: string[][]; edge_fields: string[] } };
  nodes: number[];
  edges: number[];
  strings: string[];
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): Raw => JSON.parse(text) as Raw;
const analysed = (bytes: Uint8Array): Promise<Analysis> => analyse(sourceOf(bytes), 'a.heapsnapshot', testRun());

/** Type and name of each node. */
function namesOf({ snapshot, nodes, strings }: Raw): { type: string; name: string; index: number }[] {
  const { node_fields: fields, node_types: types } = snapshot.meta;
  return Array.from({ length: nodes.length / fields.length }, (_, node) => {
    const index = nodes[node * fields.length + fields.indexOf('name')] ?? -1;
    return {
      type: types[fields.indexOf('type')]?.[nodes[node * fields.length + fields.indexOf('type')] ?? -1] ?? '',
      name: strings[index] ?? '',
      index,
    };
  });
}

/** The parts of an analysis that are no contents, as text: large objects that differ take the runner minutes to print. */
function shape(analysis: Analysis): Record<string, string> {
  const dominators = analysis.views.find(({ name }) => name === 'dominators');
  const parts = {
    findings: analysis.findings,
    histogram: analysis.views.find(({ name }) => name === 'histogram'),
    paths: analysis.views.filter(({ kind }) => kind === 'path'),
    // Labels of strings and regular expressions are their contents.
    dominators: dominators?.kind === 'tree' ? [dominators.parents, dominators.values] : dominators?.kind,
    facts: analysis.facts.filter(({ name }) => name !== 'strings'),
  };
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [
      name,
      createHash('sha256').update(JSON.stringify(part)).digest('hex'),
    ]),
  );
}

describe('a snapshot of a real program', () => {
  let snapshot: Uint8Array;
  let planted: Planted;
  let original: Raw;
  let redacted: Awaited<ReturnType<typeof redactBytes>>;
  beforeAll(async () => {
    ({ snapshot, planted } = plantAndDump());
    original = parse(new TextDecoder().decode(snapshot));
    redacted = await redactBytes(snapshot);
  }, 60_000);

  it('had what was planted, and has it no more', () => {
    const before = new Set(original.strings);
    const planters = Object.entries(planted.contents).filter(([, text]) => before.has(text));
    // V8 keeps contents of buffers outside of the snapshot.
    expect(planters.map(([name]) => name)).toEqual(
      expect.arrayContaining(['value', 'mapKey', 'captured', 'fromJson', 'weakValue', 'pattern', 'long', 'escaped']),
    );
    for (const text of Object.values(planted.contents)) expect(redacted.text).not.toContain(text.slice(-18));
    expect(redacted.text).not.toContain(planted.mail);
    expect(redacted.text).not.toContain(planted.uuid);
  });

  it('shows no contents at any node, but what variables are called', () => {
    const after = namesOf(parse(redacted.text));
    const variables = redacted.report.kept.find(({ what }) => what === 'names of variables')?.count ?? 0;
    const shown = new Set<string>();
    namesOf(original).forEach(({ type, name }, node) => {
      if (/^(string|regexp)$/.test(type) && name.length >= 4 && after[node]?.name === name) shown.add(name);
    });
    expect(shown.has('administratorRole')).toBe(false);
    expect(redacted.text).toContain('"administratorRole"');
    // Words of Node's own sources; the program's variables are among them.
    expect(shown.size).toBeLessThanOrEqual(variables + 3000);
    for (const name of shown) expect(name).toMatch(/^[\p{ID_Start}$_#.][\p{ID_Continue}$.]*$/u);
  });

  it('keeps lengths, and what is equal', () => {
    const before = namesOf(original);
    const after = namesOf(parse(redacted.text));
    const forward = new Map<number, number>();
    const texts = new Map<number, string>();
    const faults: string[] = [];
    before.forEach(({ type, name, index }, node) => {
      const now = after[node];
      if (type !== 'string' || !now) return;
      if (now.name.length !== name.length) faults.push(`${name} became ${now.name}`);
      if ((forward.get(index) ?? now.index) !== now.index) faults.push(`${name} became two texts`);
      forward.set(index, now.index);
      texts.set(now.index, now.name);
    });
    expect(faults).toEqual([]);
    expect(texts.size).toBe(forward.size);
    expect(new Set(texts.values()).size).toBe(texts.size);
  });

  it('keeps every number but the strings of contents, and every name without a secret', () => {
    const after = parse(redacted.text);
    expect(after.snapshot).toEqual(original.snapshot);
    expect(after.edges.join() === original.edges.join()).toBe(true);
    const width = original.snapshot.meta.node_fields.length;
    const nameAt = original.snapshot.meta.node_fields.indexOf('name');
    expect(after.nodes.filter((_, i) => i % width !== nameAt)).toEqual(
      original.nodes.filter((_, i) => i % width !== nameAt),
    );
    const named = (raw: Raw): string[] =>
      namesOf(raw).flatMap(({ type, name }) =>
        /^(object|closure|native|synthetic|hidden|code)$/.test(type) ? [name] : [],
      );
    expect(named(after).join() === named(original).join()).toBe(true);
  });

  it('is analysed to the same histogram, dominators and suspects', async () => {
    expect(shape(await analysed(redacted.bytes))).toEqual(shape(await analysed(snapshot)));
  }, 60_000);

  it('keeps keys of map-like objects, says so, and blanks them on request', async () => {
    expect(planted.keys.every((key) => redacted.text.includes(`"${key}"`))).toBe(true);
    expect(redacted.report.notes.join()).toContain('--blank-keys');
    const blanked = await redactBytes(snapshot, { blankKeys: true });
    expect(planted.keys.filter((key) => blanked.text.includes(key))).toEqual([]);
    expect(blanked.report.blanked.find(({ what }) => what.startsWith('keys of'))?.count).toBeGreaterThanOrEqual(400);
    expect(shape(await analysed(blanked.bytes))).toEqual(shape(await analysed(snapshot)));
  }, 60_000);

  it('keeps texts that are asked for', async () => {
    const { value = '', mapKey = '' } = planted.contents;
    const kept = await redactBytes(snapshot, { keep: [value, planted.mail] });
    expect(kept.text).toContain(value);
    expect(kept.text).toContain(planted.mail);
    expect(kept.text).not.toContain(mapKey);
    expect(kept.report.kept.find(({ what }) => what === 'strings to keep')?.count).toBe(2);
  });

  it('is the same whatever the chunks', async () => {
    const small = await redactBytes(snapshot, {}, 4093);
    expect(small.text === redacted.text).toBe(true);
  }, 60_000);

  it('has no text of the dump in its report', () => {
    const said = JSON.stringify(redacted.report);
    for (const text of [...Object.values(planted.contents), planted.mail, planted.uuid])
      expect(said).not.toContain(text);
    expect(redacted.report.rules.find(({ rule }) => rule === 'mail')?.inNames).toBeGreaterThanOrEqual(1);
    expect(redacted.report.outputBytes).toBe(redacted.bytes.length);
  });
});

const CPP_TYPE = `blink::HeapHashTableBacking<blink::HashTable<int, ${'blink::Member<Node>, '.repeat(20)}int>>`;
const NODES: PlainNode[] = [
  { type: 'synthetic', name: '' },
  { type: 'object', name: 'Session', size: 24 },
  { type: 'string', name: 'admin', size: 20 },
  { type: 'string', name: 'admin', size: 20 },
  { type: 'string', name: 'p4ssw0rd!', size: 20 },
  { type: 'code', name: 'system / ScopeInfo', size: 8 },
  { type: 'string', name: 'counter', size: 8 },
  { type: 'concatenated string', name: '(concatenated string)', size: 32 },
  { type: 'number', name: '4711.25', size: 16 },
  { type: 'number', name: 'heap number', size: 16 },
  { type: 'native', name: 'Detached <div id="cart-4711" class="x">', size: 16 },
  { type: 'native', name: CPP_TYPE, size: 16 },
  // Of the shape of a cache with a limit, whose value is a small integer.
  { type: 'string', name: 'maxSize', size: 20 },
];
const PAIR = '7 / part of key (Session @3) -> value (p4ssw0rd! @9) pair in WeakMap (table @5)';
const EDGES: PlainEdge[] = [
  { from: 0, to: 1, type: 'property', name: 'session' },
  { from: 0, to: 5, type: 'property', name: 'scope' },
  { from: 1, to: 2, type: 'property', name: 'admin' },
  { from: 1, to: 3, type: 'property', name: 'role' },
  { from: 1, to: 4, type: 'internal', name: PAIR },
  { from: 1, to: 7, type: 'element', name: 4 },
  { from: 1, to: 8, type: 'property', name: 'anna@example.com' },
  { from: 1, to: 9, type: 'property', name: 'n' },
  { from: 1, to: 10, type: 'property', name: 'k'.repeat(300) },
  { from: 1, to: 11, type: 'element', name: 5 },
  { from: 1, to: 12, type: 'element', name: 6 },
  { from: 5, to: 6, type: 'hidden', name: 3 },
];

describe.each([
  ['Node 20', NODE_20],
  ['Node 24', NODE_24],
])('a small snapshot of %s', (_, layout) => {
  const small = encode(buildSnapshot(NODES, EDGES, layout));

  it('has names where names are and placeholders where contents are', async () => {
    const { text, report } = await redactBytes(small);
    const raw = parse(text);
    const names = namesOf(raw).map(({ name }) => name);
    expect(names[1]).toBe('Session');
    expect(names[2]).toMatch(/^\*{4}\w$/);
    expect(names[3]).toBe(names[2]);
    expect(names[4]).toMatch(/^\*{8}\w$/);
    expect(names.slice(5, 8)).toEqual(['system / ScopeInfo', 'counter', '(concatenated string)']);
    expect(names[8]).toMatch(/^\*{6}\w$/);
    expect(names[9]).toBe('heap number');
    expect(names[10]).toBe('Detached <div id="*********" class="*">');
    expect(names.slice(11)).toEqual([CPP_TYPE, 'maxSize']);
    expect(raw.strings).toEqual(expect.arrayContaining(['admin', 'role', 'session']));
    for (const gone of ['p4ssw0rd!', 'anna', '4711', 'kkkk']) expect(text).not.toContain(gone);
    expect(raw.strings.find((one) => one.includes('WeakMap'))).toMatch(
      /^7 \/ part of key \(Session @3\) -> value \(\*{8}\w @9\) pair in WeakMap \(table @5\)$/,
    );
    expect(report.rules).toEqual([{ rule: 'mail', title: 'mail address', inContents: 0, inNames: 1 }]);
  });

  it.each([1, 2, 7, 64])('is the same in chunks of %i bytes', async (chunkBytes) => {
    expect((await redactBytes(small, {}, chunkBytes)).text).toBe((await redactBytes(small)).text);
  });

  it('is refused wherever it is cut', async () => {
    for (let length = 0; length < small.length; length++) {
      const cut = redactBytes(small.subarray(0, length));
      await expect(cut, `cut at ${length}`).rejects.toSatisfy(isAppError);
    }
  });
});

describe('what a stranger sends', () => {
  const small = encode(buildSnapshot(NODES, EDGES));

  it('gives valid JSON without the contents, or an AppError, whatever bytes change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.nat(small.length - 1), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(5, 1 << 16),
        async (changes, chunkBytes) => {
          const bytes = small.slice();
          for (const { at, byte } of changes) bytes[at] = byte;
          try {
            const { bytes: written } = await redactBytes(bytes, {}, chunkBytes);
            expect(written.length).toBeGreaterThan(100);
          } catch (error) {
            expect(isAppError(error), String(error)).toBe(true);
          }
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('is refused when a section of numbers holds text', async () => {
    const text = new TextDecoder().decode(small);
    for (const changed of [
      text.replace('"samples":[]', '"samples":["secret"]'),
      text.replace('"samples":[]', '"remarks":["secret"]'),
      text.replace('"edges":[', '"edges":["secret",'),
      text.replace('"nodes":[', '"nodes":["secret",'),
      text.replace('"edges":[', '"edges":/* secret */['),
      `${text} secret`,
    ])
      await expect(redactBytes(encode(changed))).rejects.toSatisfy(isAppError);
  });

  it('loses the title that Chrome puts into the header', async () => {
    const text = new TextDecoder().decode(small).replace('{"meta"', '{"title":"of the customer","meta"');
    const { text: redacted } = await redactBytes(encode(text));
    expect(redacted).not.toContain('customer');
    expect(namesOf(parse(redacted))[1]?.name).toBe('Session');
  });

  it('with a string of megabytes keeps its length, in little memory', async () => {
    const long = 'z\\n\\u00e4'.repeat(1_500_000);
    const text = new TextDecoder().decode(small).replace('"p4ssw0rd!"', `"${long}"`);
    for (const chunkBytes of [65_521, 1 << 20]) {
      const raw = parse((await redactBytes(encode(text), {}, chunkBytes)).text);
      expect(raw.strings.filter((one) => one.length === 4_500_000 && /^\*+\w$/.test(one))).toHaveLength(1);
    }
  }, 60_000);

  it('is refused by its name when it is no heap dump, and as an archive of two', async () => {
    await expect(redactBytes(encode('hello'))).rejects.toMatchObject({ code: 'unrecognised' });
  });
});
