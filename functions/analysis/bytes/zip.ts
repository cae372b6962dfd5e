import { AppError } from '../../model/error.ts';
import type { ByteSource } from '../analyser.ts';
import { readRange } from './read.ts';

/** A member of a zip file, still packed. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12-16, 4.5.3 (zip64). */
export interface ZipMember {
  readonly name: string;
  readonly packed: ByteSource;
  readonly method: 'stored' | 'deflate-raw';
}

const MAX_MEMBERS = 10_000;
const MAX_DIRECTORY_BYTES = 16 * 2 ** 20;
const END_SIGNATURE = 0x06054b50;
const END64_LOCATOR_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const broken = (what: string): AppError =>
  new AppError('corrupt', `this zip file ${what}: it may be cut off; pack it again, or send its members one by one`);

/** Lists files by the central directory, so that nothing is unpacked to find it; folders, links and encrypted members are left out. */
export async function listZip(source: ByteSource): Promise<{ members: ZipMember[]; warnings: string[] }> {
  const directory = await findDirectory(source);
  const bytes = await readRange(source, directory.start, directory.start + directory.sizeBytes);
  const data = view(bytes);
  const members: ZipMember[] = [];
  const warnings: string[] = [];
  let at = 0;
  while (at + 46 <= bytes.length && data.getUint32(at, true) === ENTRY_SIGNATURE) {
    if (members.length >= MAX_MEMBERS) {
      warnings.push(`only the first ${MAX_MEMBERS} members of this zip file were looked at`);
      break;
    }
    const flags = data.getUint16(at + 8, true);
    const method = data.getUint16(at + 10, true);
    const nameLength = data.getUint16(at + 28, true);
    const extraLength = data.getUint16(at + 30, true);
    const commentLength = data.getUint16(at + 32, true);
    const mode = data.getUint32(at + 38, true) >>> 16;
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const sizes = zip64Sizes(
      extra,
      data.getUint32(at + 24, true),
      data.getUint32(at + 20, true),
      data.getUint32(at + 42, true),
    );
    at += 46 + nameLength + extraLength + commentLength;
    const isLink = (mode & 0o170000) === 0o120000;
    if (name.endsWith('/') || isLink) continue;
    if (flags & 1) warnings.push(`${name} is encrypted and was left out`);
    else if (method !== 0 && method !== 8)
      warnings.push(`${name} is packed by method ${method}, which is not read: use deflate`);
    else
      members.push({
        name,
        packed: await packedBytes(source, sizes.offset, sizes.packed),
        method: method === 0 ? 'stored' : 'deflate-raw',
      });
  }
  if (members.length === 0 && warnings.length === 0) throw broken('holds no file');
  return { members, warnings };
}

async function findDirectory(source: ByteSource): Promise<{ start: number; sizeBytes: number }> {
  const tailStart = Math.max(0, source.size - 65_557);
  const tail = await readRange(source, tailStart, source.size);
  const data = view(tail);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (data.getUint32(at, true) !== END_SIGNATURE) continue;
    let sizeBytes = data.getUint32(at + 12, true);
    let start = data.getUint32(at + 16, true);
    if (
      (start === 0xffffffff || sizeBytes === 0xffffffff) &&
      at >= 20 &&
      data.getUint32(at - 20, true) === END64_LOCATOR_SIGNATURE
    ) {
      const end64 = view(
        await readRange(
          source,
          Number(data.getBigUint64(at - 12, true)),
          Number(data.getBigUint64(at - 12, true)) + 56,
        ),
      );
      if (end64.byteLength < 56) throw broken('has a directory beyond its end');
      sizeBytes = Number(end64.getBigUint64(40, true));
      start = Number(end64.getBigUint64(48, true));
    }
    if (start + sizeBytes > source.size) throw broken('has a directory beyond its end');
    if (sizeBytes > MAX_DIRECTORY_BYTES)
      throw new AppError('too-large', 'this zip file lists too many members: send fewer at once', {
        data: { limit: 'zipMembers' },
      });
    return { start, sizeBytes };
  }
  throw broken('has no directory at its end');
}

function zip64Sizes(
  extra: Uint8Array,
  plain: number,
  packed: number,
  offset: number,
): { packed: number; offset: number } {
  const data = view(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + data.getUint16(at + 2, true)) {
    if (data.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    const next = (): number => {
      if (field + 8 > extra.length) throw broken('has a damaged directory');
      field += 8;
      return Number(data.getBigUint64(field - 8, true));
    };
    if (plain === 0xffffffff) next();
    return { packed: packed === 0xffffffff ? next() : packed, offset: offset === 0xffffffff ? next() : offset };
  }
  return { packed, offset };
}

/** The local header repeats name and extra field with lengths of its own. */
async function packedBytes(source: ByteSource, offset: number, sizeBytes: number): Promise<ByteSource> {
  const header = view(await readRange(source, offset, offset + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50)
    throw broken(`has no member at byte ${offset}`);
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + sizeBytes > source.size) throw broken(`has a member that ends beyond the file, at byte ${offset}`);
  return source.slice(start, start + sizeBytes);
}
