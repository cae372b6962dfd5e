import { useEffect, useState } from 'preact/hooks';

/** False on the server and in the first render of the browser (they must agree), true from then on. */
export function useHydrated(): boolean {
  const [hydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return hydrated;
}
