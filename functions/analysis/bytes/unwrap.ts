import { AppError } from '../../model/error.ts';
import type { ByteSource, Run } from '../analyser.ts';
import { readRange } from './read.ts';
import { isTar, listTar } from './tar.ts';
import { isOfficeDocument } from './office-document.ts';
import { hasEscapes, withoutEscapes } from './terminal-escapes.ts';
import { asUtf8, encodingOf } from './text-encoding.ts';
import { collect, unfold, type Compression, type UnfoldBudget } from './unfold.ts';
import { listZip } from './zip.ts';

/** One file inside the evidence, or the evidence itself. */
export interface Member {
  readonly name: string;
  readonly source: ByteSource;
  readonly head: Uint8Array;
  readonly warnings: readonly string[];
}

export const HEAD_BYTES = 65_536;
const MAX_DEPTH = 4;
const latin1 = new TextDecoder('latin1');

/**
 * What is wrapped in what, by magic and never by name: gzip, zstd, zip, tar, and each inside each, four deep. Yields files only; text is
 * given in UTF-8 without a byte order mark, whatever it was written in, so that no format needs to know of encodings.
 */
export async function* unwrap(
  source: ByteSource,
  name: string,
  run: Run,
  depth = 0,
  budget: UnfoldBudget = { packedBytes: source.size, spentBytes: 0 },
  inherited: readonly string[] = [],
): AsyncGenerator<Member> {
  run.signal.throwIfAborted();
  const head = await readRange(source, 0, HEAD_BYTES);
  const wrapping = wrappingOf(head);
  if (!wrapping) {
    const text = await plainText(source, head, budget, run);
    yield {
      name,
      source: text,
      head: text === source ? head : await readRange(text, 0, HEAD_BYTES),
      warnings: inherited,
    };
    return;
  }
  if (depth === MAX_DEPTH)
    throw new AppError('too-large', `archives inside archives, more than ${MAX_DEPTH} deep: send the file itself`, {
      data: { limit: 'unwrapDepth' },
    });
  const inside = (next: ByteSource, nextName: string, warnings: readonly string[]): AsyncGenerator<Member> =>
    unwrap(next, nextName, run, depth + 1, budget, [...inherited, ...warnings]);
  if (wrapping === 'zip') {
    const { members, warnings } = await listZip(source);
    if (isOfficeDocument(members)) {
      yield { name, source, head, warnings: inherited };
      return;
    }
    for (const member of members) {
      if (member.method === 'stored') yield* inside(member.packed, member.name, warnings);
      else yield* inside((await unfold(member.packed, 'deflate-raw', budget, run)).source, member.name, warnings);
    }
  } else if (wrapping === 'tar') {
    const { members, warnings } = await listTar(source);
    for (const member of members) yield* inside(member.source, member.name, warnings);
  } else {
    run.progress(`unpacking ${wrapping}`, 0);
    const unfolded = await unfold(source, wrapping, budget, run);
    yield* inside(unfolded.source, name.replace(/\.(gz|gzip|zst|zstd|tgz)$/i, ''), unfolded.warnings);
  }
}

function wrappingOf(head: Uint8Array): Compression | 'zip' | 'tar' | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x1f, 0x8b, 0x08)) return 'gzip';
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) return 'zip';
  return isTar(head) ? 'tar' : undefined;
}

/** The source in UTF-8, without what programs put before it (byte order marks, the head of an HTTP answer as of `curl -i`) or into it for a terminal. */
async function plainText(source: ByteSource, head: Uint8Array, budget: UnfoldBudget, run: Run): Promise<ByteSource> {
  const answer = /^HTTP\/[\d.]{1,3} \d{3}[^\n]{0,200}\n(?:[\w-]{1,100}:[^\n]{0,8000}\n){0,100}\r?\n/.exec(
    latin1.decode(head.subarray(0, 16_384)),
  );
  if (answer !== null) return source.slice(answer[0].length);
  const encoding = encodingOf(head);
  if (encoding === undefined) return hasEscapes(head) ? collect(withoutEscapes(source), budget, run) : source;
  if (encoding === 'utf-8 with a mark') return source.slice(3);
  run.progress(`reading ${encoding}`, 0);
  return collect(asUtf8(source, encoding), budget, run);
}
