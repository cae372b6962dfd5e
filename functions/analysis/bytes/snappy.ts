import { AppError } from '../../model/error.ts';

/**
 * Unpacks the snappy block format. https://github.com/google/snappy/blob/main/format_description.txt
 * At most `maxBytes` come out: AppError `too-large` where the header promises more, `corrupt` where the elements do not fit. With
 * `partial` the input may be only the beginning (the head of a file): what could be unpacked is returned.
 */
export function unpackSnappy(input: Uint8Array, options: { maxBytes: number; partial?: boolean }): Uint8Array {
  const header = readLength(input);
  if (header === undefined) throw new AppError('corrupt', 'the snappy block does not begin with a length');
  const { length } = header;
  const { partial = false } = options;
  if (length > options.maxBytes && !partial) {
    throw new AppError(
      'too-large',
      `the snappy block unpacks to ${length} bytes; at most ${options.maxBytes} are read`,
      {
        data: { limit: 'unwrappedBytes' },
      },
    );
  }
  const output = new Uint8Array(Math.min(length, options.maxBytes));
  let at = header.end;
  let to = 0;
  while (at < input.length && to < output.length) {
    const tag = input[at++] ?? 0;
    const element = readElement(input, at, tag);
    if (element === undefined) break;
    at = element.at;
    const { size, offset } = element;
    const room = output.length - to;
    if (size > room && !partial) throw damaged(at);
    if (offset === 0) {
      const available = Math.min(size, input.length - at, room);
      output.set(input.subarray(at, at + available), to);
      at += size;
      to += available;
      if (available < size) break;
      continue;
    }
    if (offset < 0 || offset > to) throw damaged(at);
    const stop = to + Math.min(size, room);
    // Byte by byte: source and target overlap where the offset is smaller than the size, which repeats a pattern.
    for (; to < stop; to++) output[to] = output[to - offset] ?? 0;
  }
  if (to < output.length && !partial) throw damaged(at);
  return output.subarray(0, to);
}

/** Literals have offset 0; a copy without an offset gets -1, which no copy may have. */
function readElement(
  input: Uint8Array,
  start: number,
  tag: number,
): { size: number; offset: number; at: number } | undefined {
  const kind = tag & 3;
  const extra = kind === 0 ? Math.max(0, (tag >> 2) - 59) : kind === 3 ? 4 : kind;
  if (start + extra > input.length) return undefined;
  let number = 0;
  for (let i = 0; i < extra; i++) number += (input[start + i] ?? 0) * 2 ** (8 * i);
  const at = start + extra;
  if (kind === 0) return { size: (extra === 0 ? tag >> 2 : number) + 1, offset: 0, at };
  if (kind === 1) return { size: ((tag >> 2) & 7) + 4, offset: orBad(number + (tag >> 5) * 256), at };
  return { size: (tag >> 2) + 1, offset: orBad(number), at };
}

function orBad(offset: number): number {
  return offset === 0 ? -1 : offset;
}

function readLength(input: Uint8Array): { length: number; end: number } | undefined {
  let length = 0;
  for (let i = 0; i < 5 && i < input.length; i++) {
    const byte = input[i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length < 2 ** 32 ? { length, end: i + 1 } : undefined;
  }
  return undefined;
}

function damaged(at: number): AppError {
  return new AppError('corrupt', `the snappy block is damaged at byte ${at}; send the body as it was received`, {
    data: { byte: at },
  });
}
