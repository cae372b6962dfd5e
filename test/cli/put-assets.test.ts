import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { putAssets } from '../../functions/cli/put-assets.ts';
import { siteDoor } from '../../functions/cli/site-door.ts';
import { openFileObjects } from '../../functions/platform/objects/files.ts';

test('a page of the build before still gets its script, and what is not there is answered by the page that says so', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'casebook-assets-'));
  try {
    const site = await openFileObjects({ dir: join(dir, 'site'), secret: 's'.repeat(40), publicUrl: '', prefix: '' });
    const door = siteDoor(site);
    for (const [build, name] of ['client-1.js', 'client-2.js'].entries()) {
      const assets = join(dir, String(build), 'web', 'assets');
      await mkdir(assets, { recursive: true });
      await writeFile(join(assets, name), `// ${name}`);
      await putAssets(site, join(dir, String(build)));
    }
    for (const name of ['client-1.js', 'client-2.js']) {
      const answer = await door.request(`/assets/${name}`);
      expect(await answer.text()).toBe(`// ${name}`);
      expect(answer.headers.get('content-type')).toContain('text/javascript');
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
    await site.put('404.html', '<h1>Nothing here</h1>');
    const missing = await door.request('/assets/client-3.js');
    expect([missing.status, await missing.text()]).toEqual([404, '<h1>Nothing here</h1>']);
    expect(missing.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
