import { useEffect, useState } from 'preact/hooks';
import type { CaseDocument } from '../../../functions/model/case.ts';

const BUSY_MS = 3000;
const QUIET_MS = 60_000;

export function isBusy(data: Pick<CaseDocument, 'evidence'>): boolean {
  return data.evidence.some((one) => one.state === 'received' || one.state === 'analysing');
}

/** Asks again for a published document with If-None-Match; `undefined` when it has not changed or cannot be had now. */
export function conditionalReader(url: string): () => Promise<unknown> {
  let etag: string | null = null;
  return async () => {
    const response = await fetch(url, { headers: etag === null ? {} : { 'if-none-match': etag }, cache: 'no-cache' });
    if (!response.ok) return undefined;
    // The browser may answer a 304 from its cache as a 200 of the same etag.
    const found = response.headers.get('etag');
    if (found !== null && found === etag) return undefined;
    etag = found;
    return (await response.json()) as unknown;
  };
}

/** Polls while somebody looks: every 3 s while evidence is on its way, else every 60 s; not at all in a hidden tab. */
export function usePolling(url: string, busy: boolean, onNews: (document: unknown) => void): void {
  const [read] = useState(() => conditionalReader(url));
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        // Offline or a broken hub: the page stays as it is, and asks again.
        const news = await read().catch(() => undefined);
        if (!stopped && news !== undefined) onNews(news);
      }
      if (!stopped) timer = setTimeout(() => void tick(), busy ? BUSY_MS : QUIET_MS);
    };
    const wake = (): void => {
      if (document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      void tick();
    };
    timer = setTimeout(() => void tick(), busy ? BUSY_MS : QUIET_MS);
    document.addEventListener('visibilitychange', wake);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [read, busy, onNews]);
}

/** The document of the page, kept fresh. Its shape is the server's own; `schema` tells a page of an older build to reload. */
export function useFreshCase(first: CaseDocument): CaseDocument {
  const [data, setData] = useState(first);
  const [onNews] = useState(() => (news: unknown) => {
    const next = news as CaseDocument;
    if ((next as { schema: unknown }).schema !== first.schema) location.reload();
    else if (next.investigation.slug === first.investigation.slug) setData(next);
  });
  usePolling(`/i/${first.investigation.slug}/data.json`, isBusy(data), onNews);
  return data;
}
