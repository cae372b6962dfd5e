import { useEffect, useState } from 'preact/hooks';

/** As in `views.css`: below it a row of a table is two lines. */
const NARROW = '(max-width: 560px)';

/** Whether the window is that of a phone; false before script. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = (): void => setNarrow(query.matches);
    look();
    query.addEventListener('change', look);
    return () => query.removeEventListener('change', look);
  }, []);
  return narrow;
}

const ROW_PX = 33;
const STACKED_ROW_PX = 54;

/** How tall the rows of a table are whose columns stack on a phone, or not. */
export function rowHeight(stacks: boolean, narrow: boolean): number {
  return stacks && narrow ? STACKED_ROW_PX : ROW_PX;
}
