import { memorySource } from '../../../functions/analysis/bytes/memory-source.ts';
import { chunksOf } from '../../../functions/analysis/bytes/read.ts';
import { redactDump } from '../../../functions/analysis/redact/redact-dump.ts';
import type { RedactionReport, RedactOptions } from '../../../functions/analysis/redact/report.ts';
import { testRun } from '../test-run.ts';

/** A fixed key: what is written under it is the same in every run of a test. */
export const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);

/** Redacts bytes that come in chunks of at most `chunkBytes`. */
export async function redactBytes(
  bytes: Uint8Array,
  options: Partial<RedactOptions> = {},
  chunkBytes = 1 << 16,
): Promise<{ bytes: Uint8Array; text: string; report: RedactionReport }> {
  const source = memorySource([bytes], chunkBytes);
  const redaction = await redactDump(source, 'dump', { key: KEY, ...options }, testRun());
  const parts: Uint8Array[] = [];
  for await (const chunk of chunksOf(redaction.stream)) parts.push(chunk);
  const all = Buffer.concat(parts);
  return { bytes: all, text: all.toString('utf8'), report: redaction.report() };
}
