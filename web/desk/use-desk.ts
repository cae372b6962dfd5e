import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isAppError, type AppError } from '../../functions/model/error.ts';
import { call, isObject } from '../calls/call.ts';
import { toAppError } from '../calls/to-app-error.ts';
import { fetchDesk, fetchPublished, NOT_PUBLISHED, pathOf } from './desk-data.ts';
import type { DeskData, Noun, Published, Versioned } from './desk-data.ts';

/** One investigation's desk, and what may be done at it. Actions throw AppError; the form that asked shows it. */
export interface Desk extends DeskData, Published {
  readonly slug: string;
  readonly create: (noun: Noun, fields: object) => Promise<void>;
  readonly change: (noun: Noun, record: Versioned, fields: object) => Promise<void>;
  /** Any other request to this investigation's part of the API. */
  readonly ask: <T>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    read: (answer: unknown) => T,
    body?: object,
  ) => Promise<T>;
  readonly reload: () => Promise<void>;
}

export interface DeskState {
  readonly desk?: Desk;
  readonly error?: AppError;
  readonly reload: () => void;
}

/** While evidence is under way the desk looks again by itself. */
const LOOK_EVERY_MS = 4000;
const IDLE_EVERY_MS = 60_000;

export function useDesk(slug: string): DeskState {
  const [data, setData] = useState<DeskData>();
  const [published, setPublished] = useState(NOT_PUBLISHED);
  const [error, setError] = useState<AppError>();
  const isGone = useRef(false);

  const reload = useCallback(async () => {
    const fresh = await fetchDesk(slug);
    const hasAnalyses = fresh.evidence.some(({ state }) => state === 'analysed');
    // The desk works without what is published; before the first analysis there is nothing to ask for.
    const found = hasAnalyses ? await fetchPublished(slug).catch(() => undefined) : NOT_PUBLISHED;
    if (isGone.current) return;
    setData(fresh);
    if (found) setPublished(found);
    setError(undefined);
  }, [slug]);

  const load = useCallback(() => {
    reload().catch((failure: unknown) => setError(toAppError(failure)));
  }, [reload]);

  useEffect(() => {
    isGone.current = false;
    load();
    return () => {
      isGone.current = true;
    };
  }, [load]);

  const isBusy = data?.evidence.some(({ state }) => state === 'received' || state === 'analysing') ?? false;
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === 'visible') reload().catch(() => undefined); // the next look, or the next action, says it
    };
    const timer = setInterval(look, isBusy ? LOOK_EVERY_MS : IDLE_EVERY_MS);
    return () => clearInterval(timer);
  }, [isBusy, reload]);

  if (!data) return { reload: load, ...(error ? { error } : {}) };
  const ask: Desk['ask'] = async (method, path, read, body) => {
    const answer = await call(method, pathOf(slug, path), read, body === undefined ? {} : { body });
    await reload();
    return answer;
  };
  const desk: Desk = {
    ...data,
    ...published,
    slug,
    ask,
    reload,
    create: (noun, fields) => ask('POST', noun, () => undefined, fields),
    change: async (noun, record, fields) => {
      const patch = (version: number): Promise<undefined> =>
        ask('PATCH', `${noun}/${record.id}`, () => undefined, { ...fields, version });
      try {
        await patch(record.version);
      } catch (error) {
        const now = currentVersion(error);
        if (now === undefined) throw error;
        // To show or to hide means the same whatever else changed, and the worker changes evidence all the time.
        if (Object.keys(fields).join() === 'visibility') await patch(now);
        else {
          reload().catch(() => undefined); // the conflict is what counts
          throw error;
        }
      }
    },
  };
  return { desk, reload: load, ...(error ? { error } : {}) };
}

function currentVersion(error: unknown): number | undefined {
  const current = isAppError(error) && error.code === 'conflict' ? error.data['current'] : undefined;
  return isObject(current) && typeof current['version'] === 'number' ? current['version'] : undefined;
}
