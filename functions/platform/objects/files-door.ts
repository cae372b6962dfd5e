import { Hono } from 'hono';
import type { Context } from 'hono';
import { AppError, isAppError } from '../../model/error.ts';
import { attachment } from './content-disposition.ts';
import type { Created, FileObjects } from './files.ts';
import type { ObjectInfo, ObjectSource } from './objects.ts';

export interface FilesDoorOptions {
  readonly onCreated?: Created;
  /** What `onCreated` threw. The object is there all the same; a sweep finds it. */
  readonly onError?: (error: unknown) => void;
}

/**
 * For the server that mounts the door: Node drops a request that takes more than five minutes to arrive, which a large dump
 * does; the door itself drops an upload that stands still.
 */
export const UPLOAD_SERVER_OPTIONS = { requestTimeout: 0 } as const;

/** The HTTP half of the local store: `PUT` and `GET` of the URLs that it signed, streamed both ways. */
export function filesDoor(objects: FileObjects, { onCreated, onError }: FilesDoorOptions = {}): Hono {
  async function created(key: string, info: ObjectInfo): Promise<string | undefined> {
    try {
      return await onCreated?.(key, info);
    } catch (error) {
      onError?.(error);
      return undefined;
    }
  }
  objects.whenCompleted(created);

  const door = new Hono();
  door.put('/file', async (c) => {
    const grant = objects.verify(new URL(c.req.url).searchParams);
    if (grant.may === 'get') throw new AppError('forbidden', 'This URL is for a GET.');
    const refusal = refuseLength(c, grant.size);
    if (refusal) return refusal;
    const body = c.req.raw.body ?? new Blob([]).stream();
    if (grant.may === 'part') {
      const part = await objects.receivePart(grant, body);
      return c.text('', 200, { etag: part.etag });
    }
    const info = await objects.receiveObject(grant.key, grant.size, body);
    return c.text((await created(grant.key, info)) ?? '', 200, { etag: info.etag });
  });

  door.get('/file', async (c) => {
    const grant = objects.verify(new URL(c.req.url).searchParams);
    if (grant.may !== 'get') throw new AppError('forbidden', 'This URL is for a PUT.');
    const object = await objects.open(grant.key);
    if (!object) throw new AppError('not-found', 'The object is gone: it was deleted, or its time was over.');
    return answer(c, grant.name, object.info, object.source);
  });

  door.onError((error, c) => {
    if (isAppError(error)) return c.text(`${error.message}\n`, statusOf(error));
    if (c.req.raw.signal.aborted) return c.text('The client went away.\n', 400);
    onError?.(error);
    if ('code' in error && error.code === 'ENOSPC') return c.text('The disk of the server is full.\n', 507);
    return c.text('The server could not store or read this. Try again.\n', 500);
  });
  return door;
}

/** An answer when the announced length is not what was signed: before a byte of the body is read. */
function refuseLength(c: Context, sizeBytes: number): Response | undefined {
  const announced = c.req.header('content-length');
  if (announced === undefined && c.req.header('transfer-encoding') !== undefined) {
    return c.text(`This URL wants a Content-Length of ${sizeBytes}; the body came without one (chunked).\n`, 411);
  }
  if (Number(announced ?? 0) === sizeBytes) return undefined;
  return c.text(`This URL takes exactly ${sizeBytes} bytes; the body has ${announced ?? 0}.\n`, 403);
}

function statusOf({ code }: AppError): 400 | 403 | 404 | 408 {
  return code === 'forbidden' ? 403 : code === 'not-found' ? 404 : code === 'aborted' ? 408 : 400;
}

function answer(c: Context, name: string, info: ObjectInfo, source: ObjectSource): Response {
  const headers: Record<string, string> = {
    etag: info.etag,
    'last-modified': new Date(info.modifiedAtMs).toUTCString(),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  };
  const known = (c.req.header('if-none-match') ?? '').split(',').map((etag) => etag.trim().replace(/^W\//, ''));
  if (known.includes(info.etag)) return c.body(null, 304, headers);
  Object.assign(headers, {
    // A stranger's bytes on the hub's own origin: never rendered, never guessed at.
    'content-type': 'application/octet-stream',
    'content-disposition': attachment(name),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  });
  const ifRange = c.req.header('if-range');
  const range = ifRange === undefined || ifRange === info.etag ? parseRange(c.req.header('range'), source.size) : 'all';
  if (range === 'none') return c.body(null, 416, { 'content-range': `bytes */${source.size}` });
  if (range === 'all') {
    return c.body(source.stream(), 200, { ...headers, 'content-length': String(source.size) });
  }
  return c.body(source.slice(range.start, range.end).stream(), 206, {
    ...headers,
    'content-length': String(range.end - range.start),
    'content-range': `bytes ${range.start}-${range.end - 1}/${source.size}`,
  });
}

/** One range, RFC 9110 section 14. Several, or another unit, are answered with all, as it allows. */
function parseRange(header: string | undefined, size: number): 'all' | 'none' | { start: number; end: number } {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return 'all';
  if (match[1] === '') {
    const last = Math.min(Number(match[2]), size);
    return last === 0 ? 'none' : { start: size - last, end: size };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(Number(match[2]) + 1, size);
  if (match[2] !== '' && Number(match[2]) < start) return 'all';
  return start >= size ? 'none' : { start, end };
}
