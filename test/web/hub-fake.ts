import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PublicEvidence } from '../../functions/model/evidence.ts';
import { newId } from '../../functions/model/id.ts';

/**
 * The submitter's half of the route table over real HTTP, in memory: signed addresses, parts, resume, receipts, faults on
 * demand. It stores what arrives byte for byte, so a test can compare.
 */
export interface Held {
  evidence: PublicEvidence;
  readonly secret: string;
  readonly partBytes: number;
  readonly parts: Map<number, Buffer>;
  body: Buffer | undefined;
}

export type Fault = (request: { method: string; path: string; count: number }) => number | 'drop' | undefined;

export interface FakeHub {
  readonly url: string;
  readonly held: Map<string, Held>;
  /** Every request, as `PUT /put/…`. */
  readonly log: string[];
  /** Asked before each request: a status to answer instead, or `drop` to cut the connection. */
  fault: Fault;
  /** What becomes of what has arrived. */
  onArrived: (held: Held) => void;
  partBytes: number;
  /** Other routes and files. */
  other: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
  close(): Promise<void>;
}

export const TOKEN = `cbt_leak_${'0'.repeat(19)}_${'a'.repeat(40)}`;

export async function startFakeHub(): Promise<FakeHub> {
  const held = new Map<string, Held>();
  const server = createServer((request, response) => {
    void readBody(request).then(
      (body) => answer(request, response, body),
      () => response.destroy(),
    );
  });
  const hub: FakeHub = {
    url: '',
    held,
    log: [],
    fault: () => undefined,
    onArrived: () => undefined,
    partBytes: 5 * 2 ** 20,
    other: (_request, response) => json(response, 404, failure('not-found', 'nothing here')),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const method = request.method ?? 'GET';
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    hub.log.push(`${method} ${path}`);
    const fault = hub.fault({ method, path, count: hub.log.filter((line) => line === `${method} ${path}`).length });
    if (fault === 'drop') {
      response.destroy();
      return;
    }
    if (fault !== undefined) {
      json(response, fault, failure(fault === 403 ? 'forbidden' : 'unavailable', `a fault of ${fault} on demand`));
      return;
    }
    const bearer = request.headers.authorization?.replace('Bearer ', '');
    const receipt = /^\/api\/receipts\/[a-z0-9-]+\/([0-9a-z]{19})(\/[a-z]+)?$/.exec(path);
    const put = /^\/put\/([0-9a-z]{19})(?:\/(\d+))?$/.exec(path);
    if (method === 'POST' && path === '/api/investigations/leak/evidence') announce(response, body, bearer);
    else if (receipt?.[1]) answerReceipt(response, method, receipt[1], receipt[2] ?? '', body, bearer);
    else if (method === 'PUT' && put?.[1]) takeBytes(response, put[1], put[2] ? Number(put[2]) : undefined, body);
    else hub.other(request, response, body);
  }

  function announce(response: ServerResponse, body: Buffer, bearer: string | undefined): void {
    if (bearer !== TOKEN) return json(response, 401, failure('unauthenticated', 'this token does not exist'));
    const input = JSON.parse(body.toString()) as Pick<
      PublicEvidence,
      'name' | 'sizeBytes' | 'kind' | 'context' | 'comment'
    > & {
      parts?: boolean;
    };
    const id = newId(Date.now(), randomBytes(10));
    const secret = randomBytes(20).toString('hex');
    const { parts = false, ...rest } = input;
    const evidence: PublicEvidence = {
      ...rest,
      id,
      slug: 'leak',
      state: 'awaiting-upload',
      visibility: 'visible',
      submittedBy: 'stranger',
      submittedAtMs: Date.now(),
      attempts: 0,
      findingCount: 0,
      rawDeleted: false,
      version: 1,
    };
    held.set(id, { evidence, secret, partBytes: parts ? hub.partBytes : 0, parts: new Map(), body: undefined });
    const upload = parts ? planOf(id) : { url: `${hub.url}/put/${id}` };
    json(response, 201, {
      evidence,
      receipt: { id, secret, url: `${hub.url}/receipt/#leak.${id}.${secret}` },
      upload,
    });
  }

  const planOf = (id: string): { partBytes: number; partCount: number } => {
    const { evidence, partBytes } = require(id);
    return { partBytes, partCount: Math.ceil(evidence.sizeBytes / partBytes) };
  };

  function require(id: string): Held {
    const found = held.get(id);
    if (!found) throw new Error(`no evidence ${id}`);
    return found;
  }

  function answerReceipt(
    response: ServerResponse,
    method: string,
    id: string,
    tail: string,
    body: Buffer,
    bearer: string | undefined,
  ): void {
    const found = held.get(id);
    if (!found || found.secret !== bearer) return json(response, 404, failure('not-found', 'there is no such receipt'));
    if (tail === '' && method === 'DELETE') {
      held.delete(id);
      return json(response, 204, undefined);
    }
    if (tail === '') return json(response, 200, { evidence: found.evidence, url: `${hub.url}/i/leak/evidence/${id}/` });
    if (found.evidence.state !== 'awaiting-upload') {
      return json(response, 410, failure('gone', 'this upload has ended', { state: found.evidence.state }));
    }
    if (tail === '/upload') {
      const arrived = [...found.parts].map(([partNumber, bytes]) => ({
        partNumber,
        sizeBytes: bytes.length,
        etag: 'e',
      }));
      return json(response, 200, found.partBytes > 0 ? { ...planOf(id), arrived } : { url: `${hub.url}/put/${id}` });
    }
    if (tail === '/parts') {
      const { partNumbers } = JSON.parse(body.toString()) as { partNumbers: number[] };
      return json(response, 200, {
        parts: partNumbers.map((partNumber) => ({ partNumber, url: `${hub.url}/put/${id}/${partNumber}` })),
      });
    }
    const count = planOf(id).partCount;
    const missing = Array.from({ length: count }, (_, i) => i + 1).filter((part) => !found.parts.has(part));
    if (missing.length > 0) return json(response, 400, failure('bad-input', `parts are missing`, { missing }));
    arrive(found, Buffer.concat([...found.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes)));
    return json(response, 200, { evidence: found.evidence });
  }

  function takeBytes(response: ServerResponse, id: string, part: number | undefined, body: Buffer): void {
    const found = held.get(id);
    if (!found) return json(response, 404, failure('not-found', 'no such upload'));
    if (part === undefined) {
      if (body.length !== found.evidence.sizeBytes) return json(response, 403, failure('forbidden', 'wrong size'));
      arrive(found, body);
    } else found.parts.set(part, body);
    json(response, 200, undefined);
  }

  function arrive(found: Held, body: Buffer): void {
    found.body = body;
    found.evidence = { ...found.evidence, state: 'received', receivedAtMs: Date.now() };
    hub.onArrived(found);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(hub, { url: `http://127.0.0.1:${port}` });
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(value === undefined ? '' : JSON.stringify(value));
}

export const failure = (code: string, message: string, data: object = {}): object => ({
  error: { code, message, data },
});

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
