const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** Longer ones have no class in them. */
const MAX_TAG = 8192;

/** Does a text begin as HTML or XML? */
export const isMarkup = (text: string): boolean => /^[\s\uFEFF]*<(!doctype|html|\?xml|table|[a-z]+[\s>])/i.test(text);

/**
 * The rows of the tables of an HTML page, or the elements of an XML file by their attributes (`<node class="…" objects="…" size="…"/>`), as lines of
 * comma-separated values with a line of titles: what profilers export beside CSV.
 */
export function rowsOfMarkup(text: string): string[] {
  const rows: string[] = [];
  const elements: string[] = [];
  let cells: string[] = [];
  let cell: string | undefined;
  let titles = '';
  const closeCell = (): void => {
    if (cell !== undefined) cells.push(decode(cell));
    cell = undefined;
  };
  const closeRow = (): void => {
    closeCell();
    if (cells.length > 0) rows.push(toLine(cells));
    cells = [];
  };
  for (let at = text.indexOf('<'); at >= 0;) {
    const end = text.indexOf('>', at);
    if (end < 0) break;
    const next = text.indexOf('<', end);
    const tag = end - at > MAX_TAG ? '' : text.slice(at + 1, end);
    const name = /^\/?\w+/.exec(tag)?.[0].toLowerCase();
    if (name === 'tr' || name === '/tr' || name === '/table') closeRow();
    else if (name === 'td' || name === 'th') {
      closeCell();
      cell = '';
    } else if (name === '/td' || name === '/th') closeCell();
    else if (tag.includes('=') && rows.length === 0) {
      const pairs = [...tag.matchAll(ATTRIBUTE)];
      const line = toLine(
        pairs.map(([, title = '']) => title.replace(/[_-]/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2')),
      );
      if (pairs.length >= 3) {
        if (line !== titles) elements.push((titles = line));
        elements.push(toLine(pairs.map(([, , double, single]) => decode(double ?? single ?? ''))));
      }
    }
    if (cell !== undefined) cell += text.slice(end + 1, next < 0 ? undefined : next);
    at = next;
  }
  closeRow();
  return rows.length > 0 ? rows : elements;
}

function decode(text: string): string {
  return text
    .replace(
      /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(\w{2,6}));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return String.fromCodePoint(code);
      },
    )
    .trim();
}

const toLine = (cells: readonly string[]): string =>
  cells.map((cell) => `"${cell.replace(/\s+/g, ' ').replaceAll('"', '""')}"`).join(',');
