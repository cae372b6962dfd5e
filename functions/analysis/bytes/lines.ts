import type { ByteSource, Run } from '../analyser.ts';
import { ByteWindow } from './byte-window.ts';

const NEWLINE = 10;
const RETURN = 13;

/** Gets one line without its line break, as a range of `bytes` that is valid only during the call. `line` counts from 1. Return false to stop. */
export type OnLine = (bytes: Uint8Array, start: number, end: number, line: number, byte: number) => boolean | undefined;

export interface LineStats {
  readonly lines: number;
  /** Lines that were longer than `maxLineBytes`; only their first `maxLineBytes` bytes were given. */
  readonly cutLines: number;
  readonly firstCutLine: number;
  /** True where the last line has no line break: the file may be cut. */
  readonly openEnd: boolean;
}

/**
 * Every line of a stream in order, split at LF or CRLF, without holding more than a line and a chunk. A UTF-8 byte
 * order mark is passed over. A line above `maxLineBytes` (default 1 MiB) is cut there, and its rest passed over.
 */
export async function eachLine(
  source: ByteSource,
  run: Run,
  options: { maxLineBytes?: number },
  onLine: OnLine,
): Promise<LineStats> {
  const maxLine = options.maxLineBytes ?? 1 << 20;
  const window = new ByteWindow(source, run, { what: 'a line', maxHeldBytes: maxLine * 2 + (1 << 20) });
  let line = 0;
  let cutLines = 0;
  let firstCutLine = 0;
  let skipping = false;
  let searched = 0; // bytes of the open line that hold no line break, so that long lines stay linear
  let more = await window.fill();
  while (more && window.end - window.at < 3) if (!(await window.fill())) break;
  if (startsWithBom(window)) window.at += 3;

  for (;;) {
    const { bytes, end, base } = window;
    let at = window.at;
    for (;;) {
      const found = bytes.indexOf(NEWLINE, at + searched);
      if (found < 0 || found >= end) break;
      searched = 0;
      if (skipping) skipping = false;
      else {
        line++;
        let stop = found > at && bytes[found - 1] === RETURN ? found - 1 : found;
        if (stop - at > maxLine) {
          stop = at + maxLine;
          if (cutLines++ === 0) firstCutLine = line;
        }
        if (onLine(bytes, at, stop, line, base + at) === false) {
          await window.close();
          return { lines: line, cutLines, firstCutLine, openEnd: false };
        }
      }
      at = found + 1;
    }
    if (skipping) at = end;
    else if (end - at > maxLine) {
      line++;
      if (cutLines++ === 0) firstCutLine = line;
      if (onLine(bytes, at, at + maxLine, line, base + at) === false) {
        await window.close();
        return { lines: line, cutLines, firstCutLine, openEnd: false };
      }
      skipping = true;
      at = end;
    }
    searched = end - at;
    window.at = at;
    more = await window.fill();
    if (!more) break;
  }
  const openEnd = window.at < window.end;
  if (openEnd && !skipping) {
    line++;
    const last = window.bytes[window.end - 1] === RETURN ? window.end - 1 : window.end;
    onLine(window.bytes, window.at, last, line, window.offset);
  }
  return { lines: line, cutLines, firstCutLine, openEnd: openEnd || skipping };
}

function startsWithBom(window: ByteWindow): boolean {
  const { bytes, at, end } = window;
  return end - at >= 3 && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}
