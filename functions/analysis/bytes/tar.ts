import type { ByteSource } from '../analyser.ts';
import { readRange } from './read.ts';

/** Regular files of a tar archive; links, devices and folders are left out, and no name is ever used as a path. Source: POSIX.1 pax, ustar; GNU `L`. */
export interface TarMember {
  readonly name: string;
  readonly source: ByteSource;
}

const BLOCK = 512;
const MAX_MEMBERS = 10_000;

export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && text(head, 257, 5) === 'ustar' && checksumHolds(head);
}

export async function listTar(source: ByteSource): Promise<{ members: TarMember[]; warnings: string[] }> {
  const members: TarMember[] = [];
  const warnings: string[] = [];
  let longName = '';
  for (let at = 0, headers = 0; at + BLOCK <= source.size; headers++) {
    const header = await readRange(source, at, at + BLOCK);
    if (header[0] === 0) break;
    if (!checksumHolds(header) || headers > 2 * MAX_MEMBERS) {
      warnings.push(`the tar archive is damaged or too long at byte ${at}: what stands before was read`);
      break;
    }
    const sizeBytes = Number.parseInt(text(header, 124, 12).trim() || '0', 8);
    const type = String.fromCharCode(header[156]!);
    const start = at + BLOCK;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || start + sizeBytes > source.size) {
      warnings.push(`the tar archive ends inside its member at byte ${at}`);
      break;
    }
    at = start + Math.ceil(sizeBytes / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x') {
      const body = new TextDecoder().decode(await readRange(source, start, start + Math.min(sizeBytes, 65_536)));
      longName = type === 'L' ? body.replace(/\0.*$/s, '') : (/^\d+ path=([^\n]*)$/m.exec(body)?.[1] ?? longName);
    } else {
      const prefix = text(header, 345, 155);
      const name = longName || (prefix ? `${prefix}/` : '') + text(header, 0, 100);
      longName = '';
      if ((type === '0' || type === '\0') && sizeBytes > 0)
        members.push({ name, source: source.slice(start, start + sizeBytes) });
    }
  }
  return { members, warnings };
}

function text(bytes: Uint8Array, start: number, length: number): string {
  let out = '';
  for (let i = start; i < start + length && bytes[i] !== 0; i++) out += String.fromCharCode(bytes[i]!);
  return out;
}

function checksumHolds(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return Number.parseInt(text(header, 148, 8).trim(), 8) === sum;
}
