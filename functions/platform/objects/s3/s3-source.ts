import { setTimeout as wait } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { ObjectChanged } from '../object-changed.ts';
import type { ObjectSource } from '../objects.ts';
import { sliceRange } from '../slice-range.ts';
import { isMissing, isPreconditionFailed } from './s3-error.ts';

/** AWS advises 8 to 16 MB a ranged request; three of them (one being read, two on their way) bound the memory at 24 MiB. */
const RANGE_BYTES = 8 * 2 ** 20;
const IN_FLIGHT = 2;
const TRIES = 4;

export interface S3Version {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
}

/** One version of an object by ranged GETs with If-Match. Memory is bounded for any size; a broken range is asked again. */
export function s3Source(version: S3Version, start = 0, end = version.sizeBytes): ObjectSource {
  return {
    size: end - start,
    slice: (from, to) => s3Source(version, ...sliceRange({ start, end }, from, to)),
    stream() {
      const stop = new AbortController();
      const ahead: Promise<Uint8Array>[] = [];
      let asked = start;
      const ask = () => {
        const to = Math.min(asked + RANGE_BYTES, end);
        const range = readRange(version, asked, to, stop.signal);
        range.catch(() => undefined); // thrown where it is awaited
        ahead.push(range);
        asked = to;
      };
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            while (asked < end && ahead.length < IN_FLIGHT) ask();
            const next = ahead.shift();
            if (next) {
              try {
                const bytes = await next;
                if (asked < end) ask();
                controller.enqueue(bytes);
              } catch (error) {
                stop.abort();
                throw error;
              }
            }
            if (ahead.length === 0 && asked >= end) controller.close();
          },
          cancel() {
            stop.abort();
          },
        },
        { highWaterMark: 0 },
      );
    },
  };
}

async function readRange(version: S3Version, start: number, end: number, signal: AbortSignal): Promise<Uint8Array> {
  const { client, bucket, key, etag } = version;
  for (let tries = 1; ; tries++) {
    try {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        IfMatch: etag,
        Range: `bytes=${start}-${end - 1}`,
      });
      const { Body } = await client.send(command, { abortSignal: signal });
      const bytes = await Body?.transformToByteArray();
      if (bytes?.byteLength === end - start) return bytes;
      throw new Error(`S3 sent ${bytes?.byteLength ?? 0} of the bytes ${start} to ${end} of ${key}.`);
    } catch (error) {
      if (isPreconditionFailed(error) || isMissing(error)) throw new ObjectChanged(key, error);
      if (signal.aborted || tries === TRIES) throw error;
      await wait(50 * 3 ** tries, undefined, { signal });
    }
  }
}
