import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { contentSecurityPolicy } from '../../web/security.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  xml: 'application/atom+xml',
};

export interface FolderServer {
  readonly url: string;
  /** Method, path and status of each answer. */
  readonly answers: { readonly path: string; readonly status: number }[];
  close(): Promise<void>;
}

/** A folder over HTTP with the real policy and ETags: what the CDN does with the published site. */
export async function serveFolder(folder: string, port = 0): Promise<FolderServer> {
  const answers: { path: string; status: number }[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    const answer = (status: number, headers: Record<string, string> = {}, body?: Uint8Array): void => {
      answers.push({ path, status });
      response.writeHead(status, { 'content-security-policy': contentSecurityPolicy(), ...headers });
      response.end(body);
    };
    readFile(file).then(
      (body) => {
        const etag = `"${createHash('md5').update(body).digest('hex')}"`;
        if (request.headers['if-none-match'] === etag) return answer(304, { etag });
        answer(200, { etag, 'content-type': TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream' }, body);
      },
      () => answer(404, { 'content-type': 'text/plain' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
