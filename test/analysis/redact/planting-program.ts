import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Texts by where the program puts them. */
export interface Planted {
  /** Contents, one of each kind. */
  readonly contents: Record<string, string>;
  /** Keys of a map-like object whose values are objects, so that they are names of edges. */
  readonly keys: string[];
  readonly mail: string;
  readonly uuid: string;
}

/** Run as a program of its own; no text that it plants stands in its source. */
const PROGRAM = `
import v8 from 'node:v8'; import fs from 'node:fs'; import { randomBytes, randomUUID } from 'node:crypto';
const out = process.argv[2];
// Flat strings: V8 writes no contents of the parts that were only joined.
const flat = (text) => Buffer.from(text).toString();
const random = (name) => flat(name + randomBytes(9).toString('hex'));
const contents = Object.fromEntries(['value', 'mapKey', 'mapValue', 'setMember', 'captured', 'fromJson', 'weakValue', 'pattern', 'bound', 'error', 'element', 'symbolValue', 'buffer'].map((name) => [name, random(name.slice(0, 3))]));
contents.long = flat('y'.repeat(300) + randomBytes(9).toString('hex'));
contents.unicode = flat('\\u00fc\\u4e2d\\ud83d\\ude00' + randomBytes(9).toString('hex'));
contents.escaped = flat('"\\\\\\n\\u0001' + randomBytes(9).toString('hex'));
class Holder { constructor() { this.plain = contents.value; } }
const keep = (globalThis.planted = { holder: new Holder() });
keep.map = new Map([[contents.mapKey, contents.mapValue]]);
keep.set = new Set([contents.setMember]);
keep.closure = ((captured) => function useCaptured() { return captured; })(contents.captured);
keep.json = JSON.parse(JSON.stringify({ deep: { text: contents.fromJson } }));
keep.owner = class WeakOwner {}; keep.weak = new WeakMap([[keep.owner, contents.weakValue]]);
keep.pattern = new RegExp(contents.pattern);
keep.bound = function bindMe() {}.bind(null, contents.bound);
keep.error = new Error(contents.error);
keep.array = [contents.element]; keep.buffer = Buffer.from(contents.buffer);
keep.texts = [contents.long, contents.unicode, contents.escaped, contents.symbolValue];
keep.role = flat('administratorRole'); keep.roles = { administratorRole: {} };
const keys = Array.from({ length: 400 }, () => random('key'));
keep.dictionary = {}; for (const key of keys) keep.dictionary[key] = { of: 1.5 };
const mail = random('mail') + '@example.com'; const uuid = randomUUID();
keep.small = { [mail]: { a: 1.5 }, [uuid]: { b: 1.5 } };
v8.writeHeapSnapshot(out);
fs.writeFileSync(out + '.json', JSON.stringify({ contents, keys, mail, uuid }));
`;

/** Runs a program that plants random texts everywhere, and takes its snapshot. */
export function plantAndDump(): { snapshot: Uint8Array; planted: Planted } {
  const path = join(mkdtempSync(join(tmpdir(), 'planted-')), 'planted.heapsnapshot');
  execFileSync(process.execPath, ['--input-type=module', '-', path], {
    input: PROGRAM,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return { snapshot: readFileSync(path), planted: JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Planted };
}
