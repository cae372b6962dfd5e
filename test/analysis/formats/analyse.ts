import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ByteSource, DEFAULT_LIMITS, type Run } from '../../../functions/analysis/analyser.ts';
import { ANALYSERS } from '../../../functions/analysis/registry.ts';
import { Analysis, type Context } from '../../../functions/model/analysis.ts';
import { sharedPath } from '../../fixtures/shared.ts';

export function testRun(context?: Context): Run {
  return {
    signal: new AbortController().signal,
    limits: DEFAULT_LIMITS,
    progress: () => undefined,
    ...(context === undefined ? {} : { context }),
  };
}

export function bytesOf(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof text === 'string' ? new TextEncoder().encode(text) : Uint8Array.from(text);
}

/** A source whose stream comes in chunks of this size. */
export function chunked(bytes: Uint8Array<ArrayBuffer>, chunkBytes: number): ByteSource {
  return {
    size: bytes.length,
    slice: (start, end) => chunked(bytes.slice(start, end), chunkBytes),
    stream: () => {
      let at = 0;
      return new ReadableStream<Uint8Array>({
        pull(controller) {
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.slice(at, at + chunkBytes));
          at += chunkBytes;
        },
      });
    },
  };
}

/** What each analyser says of these bytes, without those that say no. */
export function detections(bytes: Uint8Array): Record<string, string> {
  const head = bytes.subarray(0, 64 * 1024);
  const said = ANALYSERS.map((analyser) => [analyser.format, analyser.detect(head, 'file')] as const);
  return Object.fromEntries(said.filter(([, answer]) => answer !== 'no'));
}

/** The analyser that detection chooses: the first yes, else the first maybe. */
export function chosenFormat(bytes: Uint8Array): string | undefined {
  const said = Object.entries(detections(bytes));
  return (said.find(([, answer]) => answer === 'yes') ?? said[0])?.[0];
}

/** Analyses with the analyser of this format, and checks that the answer fits the schema after a round trip through JSON. */
export async function analyseAs(
  format: string,
  input: string | Uint8Array,
  options: { chunkBytes?: number; context?: Context } = {},
): Promise<Analysis> {
  const analyser = ANALYSERS.find((each) => each.format === format);
  if (analyser === undefined) throw new Error(`no analyser for ${format}`);
  const source = chunked(bytesOf(input), options.chunkBytes ?? 65_536);
  const analysis = await analyser.analyse(source, testRun(options.context));
  return Analysis.parse(JSON.parse(JSON.stringify(analysis)));
}

export function factOf(analysis: Analysis, name: string): number | string | undefined {
  return analysis.facts.find((fact) => fact.name === name)?.value;
}

export function rowsOf(analysis: Analysis, name: string): (string | number | null)[][] {
  const view = analysis.views.find((each) => each.name === name);
  return view?.kind === 'table' ? view.rows : [];
}

/** The bytes of a shared fixture, gunzipped where it is gzipped; undefined where the fixtures are absent. */
export function fixture(path: string): Uint8Array<ArrayBuffer> | undefined {
  const found = sharedPath('fixtures', path);
  if (found === undefined) return undefined;
  const bytes = readFileSync(found);
  return Uint8Array.from(
    bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 200e6 }) : bytes,
  );
}
