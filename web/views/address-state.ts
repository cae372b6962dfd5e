import { useEffect, useState } from 'preact/hooks';

/** What of the page's state stands in the address: `#view=histogram&sort=-3&q=Session`. A plain `#histogram` names a view. */
export function readAddress(hash: string): URLSearchParams {
  const text = hash.replace(/^#/, '');
  return text.includes('=')
    ? new URLSearchParams(text)
    : new URLSearchParams(text === '' ? [] : [['view', decode(text)]]);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function writeAddress(changes: Readonly<Record<string, string | undefined>>): void {
  const state = readAddress(location.hash);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') state.delete(name);
    else state.set(name, value);
  }
  const text = state.toString();
  // Replaced, not pushed: sorting a table is no step to go back from.
  history.replaceState(history.state, '', text === '' ? location.pathname + location.search : `#${text}`);
}

/** The state at load and after each change of the address by the reader (a link inside the page, the back button). */
export function useAddress(onChange: (state: URLSearchParams) => void): void {
  const [change] = useState(() => () => onChange(readAddress(location.hash)));
  useEffect(() => {
    change();
    window.addEventListener('hashchange', change);
    return () => window.removeEventListener('hashchange', change);
  }, [change]);
}
