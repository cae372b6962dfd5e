import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../functions/analysis/bytes/memory-source.ts';
import { listTar } from '../../../../functions/analysis/bytes/tar.ts';
import { readRange } from '../../../../functions/analysis/bytes/read.ts';
import { isAppError } from '../../../../functions/model/error.ts';
import { analyseAs, fixture } from '../analyse.ts';

/** Cases of Prometheus' own parser: those called `error` must be refused or complained about, the others must be read. */
const archive = fixture('hostile/prometheus-common-expfmt-fuzz-corpus.open.tar.gz');
const cases: { name: string; bytes: Uint8Array }[] = [];
if (archive !== undefined) {
  const { members } = await listTar(memorySource([archive]));
  for (const { name, source } of members)
    cases.push({ name: name.split('/').at(-1) ?? '', bytes: await readRange(source, 0, source.size) });
}

describe.skipIf(archive === undefined)('the fuzz corpus of Prometheus', () => {
  it('has cases', () => {
    expect(cases.length).toBe(18);
  });

  it.each(cases)('$name', async ({ name, bytes }) => {
    let complaints: string[] | undefined;
    try {
      complaints = (await analyseAs('prometheus-text', bytes)).warnings.filter((text) => /^line \d+: /.test(text));
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
    if (name.includes('error')) expect(complaints).not.toEqual([]);
    else if (!/parse_0$/.test(name)) expect(complaints).toEqual([]);
  });
});
