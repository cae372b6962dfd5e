import { useEffect, useState } from 'preact/hooks';
import { browserStorage } from './stored.ts';
import { isObject } from '../calls/call.ts';

/** What is being written, kept in this browser until it was sent: a failed request or a closed tab loses nothing. */
export type Draft = Readonly<Record<string, string>>;

const nameOf = (name: string): string => `casebook.draft.${name}`;

export function useDraft(
  name: string,
  empty: Draft,
): {
  readonly draft: Draft;
  readonly set: (field: string, value: string) => void;
  /** Sent, or given up. */
  readonly clear: () => void;
  /** True when the fields were filled from an earlier visit. */
  readonly isRestored: boolean;
} {
  const [draft, setDraft] = useState(empty);
  const [isRestored, setRestored] = useState(false);
  useEffect(() => {
    // After hydration: the first render must be the server's.
    const stored = readDraft(name);
    if (!stored) return;
    setDraft({ ...empty, ...stored });
    setRestored(true);
  }, [name]);
  return {
    draft,
    isRestored,
    set(field, value) {
      setDraft((before) => {
        const after = { ...before, [field]: value };
        // At once: a page that goes away a moment later must not take the last words along.
        writeDraft(name, written(after, empty));
        return after;
      });
    },
    clear() {
      writeDraft(name, undefined);
      setDraft(empty);
      setRestored(false);
    },
  };
}

/**
 * Only what the person wrote. The rest of a form is the record as it was read, and would come back as their words over
 * what others changed since.
 */
export function written(draft: Draft, read: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([field, value]) => value !== (read[field] ?? '')));
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;

export function readDraft(name: string, storage: Store = browserStorage()): Draft | undefined {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(nameOf(name)) ?? 'null');
    if (!isObject(stored)) return undefined;
    const fields = Object.entries(stored).filter((field): field is [string, string] => typeof field[1] === 'string');
    return fields.length === 0 ? undefined : Object.fromEntries(fields);
  } catch {
    return undefined;
  }
}

export function writeDraft(name: string, draft: Draft | undefined, storage: Store = browserStorage()): void {
  try {
    if (!draft || Object.keys(draft).length === 0) storage?.removeItem(nameOf(name));
    else storage?.setItem(nameOf(name), JSON.stringify(draft));
  } catch {
    // Blocked or full: the text is still in the form.
  }
}
