import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { VISUALVM_LIBRARY } from '../../../fixtures/installed.ts';

/** What VisualVM's library says of a dump. */
export interface VisualVmDump {
  readonly gcRoots: number;
  readonly classObjectBytes: number;
  /** Name -> instances of all classes of this name. */
  readonly instancesOf: ReadonlyMap<string, number>;
  /** Number of classes. */
  readonly classes: number;
  /** Object id -> bytes, retained bytes; class objects are not among them. */
  readonly objects: ReadonlyMap<number, { readonly bytes: number; readonly retained: number }>;
}

/** Reads dumps with the library, all in one process, whose programs are compiled into `folder`. */
export async function readWithVisualVm(folder: string, dumps: readonly string[]): Promise<VisualVmDump[]> {
  const source = resolve(import.meta.dirname, '../../../bench/peers/VisualVm.java');
  const classPath = `${VISUALVM_LIBRARY ?? ''}:${folder}`;
  await promisify(execFile)('javac', ['-cp', classPath, '-d', folder, source]);
  const outputs = dumps.map((_, index) => join(folder, `visualvm-${index}.tsv`));
  const pairs = dumps.flatMap((dump, index) => [dump, outputs[index]!]);
  await promisify(execFile)('java', ['-Xmx2g', '-cp', classPath, 'VisualVm', ...pairs]);
  return outputs.map((output) => parse(readFileSync(output, 'utf8')));
}

function parse(text: string): VisualVmDump {
  const instancesOf = new Map<string, number>();
  const objects = new Map<number, { bytes: number; retained: number }>();
  let gcRoots = 0;
  let classObjectBytes = 0;
  let classes = 0;
  for (const line of text.split('\n')) {
    const [kind, first = '', second, third] = line.split('\t');
    if (kind === 'S') [gcRoots, classObjectBytes] = [Number(first), Number(second)];
    if (kind === 'I') objects.set(Number(first), { bytes: Number(second), retained: Number(third) });
    if (kind !== 'C') continue;
    classes++;
    instancesOf.set(first, (instancesOf.get(first) ?? 0) + Number(second));
  }
  return { gcRoots, classObjectBytes, instancesOf, classes, objects };
}
