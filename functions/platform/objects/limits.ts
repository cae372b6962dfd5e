import { AppError } from '../../model/error.ts';

/** S3's own: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html. The local adapter keeps them too. */
export const MIN_PART_BYTES = 5 * 2 ** 20;
export const MAX_PUT_BYTES = 5 * 2 ** 30;
export const MAX_PARTS = 10_000;
/** A signature of SigV4 lasts seven days at most. */
const MAX_EXPIRY_SECONDS = 7 * 86_400;

export function checkSize(sizeBytes: number): void {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > MAX_PUT_BYTES) {
    throw new AppError('bad-input', `A single PUT takes 0 to ${MAX_PUT_BYTES} bytes, not ${sizeBytes}: use parts.`, {
      data: { limit: MAX_PUT_BYTES },
    });
  }
}

export function checkExpiry(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_EXPIRY_SECONDS) {
    throw new AppError('bad-input', `A signed URL lasts 1 to ${MAX_EXPIRY_SECONDS} seconds, not ${seconds}.`);
  }
}

export function checkPartNumber(partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
    throw new AppError('bad-input', `A part number is 1 to ${MAX_PARTS}, not ${partNumber}.`);
  }
}

export interface WantedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Throws `bad-input` naming the part of `wanted` that did not arrive, differs, is out of order or too small. */
export function checkParts<P extends WantedPart & { readonly sizeBytes: number }>(
  wanted: readonly WantedPart[],
  arrived: readonly P[],
): P[] {
  if (wanted.length === 0) throw new AppError('bad-input', 'An upload is completed with one part or more.');
  const byNumber = new Map(arrived.map((part) => [part.partNumber, part]));
  return wanted.map((want, i) => {
    const { partNumber } = want;
    const refuse = (what: string): never => {
      throw new AppError('bad-input', `Part ${partNumber} ${what}.`, { data: { partNumber } });
    };
    checkPartNumber(partNumber);
    if (i > 0 && partNumber <= (wanted[i - 1]?.partNumber ?? 0)) refuse('is out of order: name the parts ascending');
    const part = byNumber.get(partNumber);
    if (!part) return refuse('has not arrived: send it, then complete again');
    if (unquoted(part.etag) !== unquoted(want.etag)) {
      refuse(`arrived as ${part.etag}, not as ${want.etag}: list the parts and complete with what is there`);
    }
    if (i < wanted.length - 1 && part.sizeBytes < MIN_PART_BYTES) {
      refuse(`has ${part.sizeBytes} bytes; all but the last have ${MIN_PART_BYTES} or more`);
    }
    return part;
  });
}

const unquoted = (etag: string): string => etag.replaceAll('"', '');
