import { basename } from 'node:path';
import { z } from 'zod';
import type { ByteSource } from '../analysis/analyser.ts';
import { memorySource } from '../analysis/bytes/memory-source.ts';
import { AppError } from '../model/error.ts';
import { analyseFile } from './analyse.ts';
import { openFileSource } from '../host/file-source.ts';

const Taken = z.object({
  evidence: z.object({ id: z.string() }),
  receipt: z.object({ id: z.string(), secret: z.string(), url: z.string() }),
  upload: z.union([
    z.object({ url: z.string() }),
    z.object({ partBytes: z.number().positive(), partCount: z.number().int().positive() }),
  ]),
});
const Parts = z.object({ parts: z.array(z.object({ partNumber: z.number(), url: z.string() })) });
const Fault = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export interface SubmitOptions {
  /** Address of an investigation's API: `https://HOST/api/investigations/SLUG`. */
  readonly to: string;
  readonly token: string;
  /** Analyse here; send the Analysis, not the bytes. */
  readonly reportOnly: boolean;
  readonly signal: AbortSignal;
}

/** `casebook submit FILE… --to URL --token T [--report-only]`: prints one receipt a file. */
export async function submitCommand(paths: readonly string[], options: SubmitOptions): Promise<number> {
  for (const path of paths) {
    const receipt = options.reportOnly ? await submitReport(path, options) : await submitFile(path, options);
    process.stdout.write(`${basename(path)}: received. Follow or delete it: ${receipt}\n`);
  }
  return 0;
}

async function submitReport(path: string, options: SubmitOptions): Promise<string> {
  const analysis = await analyseFile(path, options.signal);
  const bytes = new TextEncoder().encode(JSON.stringify(analysis));
  return send(memorySource([bytes]), basename(path), 'report', options);
}

async function submitFile(path: string, options: SubmitOptions): Promise<string> {
  const source = openFileSource(path);
  try {
    return await send(source, basename(path), 'file', options);
  } finally {
    source.close();
  }
}

async function send(
  source: ByteSource,
  name: string,
  kind: 'file' | 'report',
  options: SubmitOptions,
): Promise<string> {
  const base = options.to.replace(/\/+$/, '');
  const taken = Taken.parse(
    await post(`${base}/evidence`, options.token, { name, sizeBytes: source.size, kind }, options.signal),
  );
  if ('url' in taken.upload) {
    await put(taken.upload.url, source, options.signal);
    return taken.receipt.url;
  }
  const receipts = `${new URL(base).origin}/api/receipts/${base.split('/').at(-1) ?? ''}/${taken.receipt.id}`;
  const { partBytes, partCount } = taken.upload;
  for (let partNumber = 1; partNumber <= partCount; partNumber++) {
    const { parts } = Parts.parse(
      await post(`${receipts}/parts`, taken.receipt.secret, { partNumbers: [partNumber] }, options.signal),
    );
    for (const part of parts)
      await put(part.url, source.slice((partNumber - 1) * partBytes, partNumber * partBytes), options.signal);
  }
  await post(`${receipts}/complete`, taken.receipt.secret, {}, options.signal);
  return taken.receipt.url;
}

async function put(url: string, source: ByteSource, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    body: source.stream(),
    headers: { 'content-length': String(source.size) },
    signal,
    // Node asks for it when a body streams; the DOM's types do not know it.
    ...{ duplex: 'half' },
  });
  if (!response.ok)
    throw new AppError(
      'unavailable',
      `the upload was answered ${response.status}: ${(await response.text()).slice(0, 500)}`,
    );
}

async function post(url: string, token: string, body: object, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const fault = Fault.safeParse(answer);
  throw new AppError(
    'bad-input',
    fault.success
      ? `${url} answered ${fault.data.error.code}: ${fault.data.error.message}`
      : `${url} answered ${response.status}: is it the address of an investigation's API?`,
  );
}
