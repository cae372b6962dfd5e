import { isObject } from '../calls/call.ts';

/** Lists kept in this browser. Everything read back is checked: other tabs, older versions and people edit it too. */
export interface StoredList<T> {
  read(): T[];
  write(items: readonly T[]): void;
}

/** The storage of the browser, or nothing where it is blocked or there is no browser. */
export function browserStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export function storedList<T>(
  name: string,
  parse: (item: Record<string, unknown>) => T | undefined,
  maxItems: number,
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined = browserStorage(),
): StoredList<T> {
  return {
    read() {
      try {
        const stored: unknown = JSON.parse(storage?.getItem(name) ?? '[]');
        if (!Array.isArray(stored)) return [];
        return stored.flatMap((item: unknown) => (isObject(item) ? (parse(item) ?? []) : []));
      } catch {
        return [];
      }
    },
    write(items) {
      try {
        storage?.setItem(name, JSON.stringify(items.slice(-maxItems)));
      } catch {
        // Full or blocked: the upload goes on, it only cannot be resumed after a reload.
      }
    },
  };
}
