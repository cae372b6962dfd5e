import { isObject } from '../calls/call.ts';

/**
 * When a worker's JavaScript heap is exhausted, Chromium ends the whole tab: no event reaches the page (tried: the renderer
 * dies). So what is being analysed is written down before, and taken off after; what is left over at the next load says
 * what happened. Per tab, and taken off when the person leaves by themselves.
 */
export interface Unfinished {
  readonly name: string;
  readonly sizeBytes: number;
}

const NAME = 'casebook.analysing';

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The window, where there is one. */
const page = 'addEventListener' in globalThis ? globalThis : undefined;

export function tabStorage(): Store | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

/** Runs `task` with its files written down, as one. */
export async function writtenDown<T>(files: readonly File[], task: () => Promise<T>, store = tabStorage()): Promise<T> {
  const name = files.map((file) => file.name).join(', ');
  const sizeBytes = files.reduce((sum, { size }) => sum + size, 0);
  const forget = (): void => store?.removeItem(NAME);
  try {
    store?.setItem(NAME, JSON.stringify({ name, sizeBytes }));
  } catch {
    // Blocked or full: only the explanation after a crash is lost.
  }
  page?.addEventListener('pagehide', forget);
  try {
    return await task();
  } finally {
    page?.removeEventListener('pagehide', forget);
    forget();
  }
}

/** The file whose analysis ended this tab, once. */
export function takeUnfinished(store = tabStorage()): Unfinished | undefined {
  try {
    const kept: unknown = JSON.parse(store?.getItem(NAME) ?? 'null');
    store?.removeItem(NAME);
    return isObject(kept) && typeof kept['name'] === 'string' && typeof kept['sizeBytes'] === 'number'
      ? { name: kept['name'], sizeBytes: kept['sizeBytes'] }
      : undefined;
  } catch {
    return undefined;
  }
}
