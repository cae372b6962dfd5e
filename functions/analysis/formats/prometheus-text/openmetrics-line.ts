/** One sample line of OpenMetrics, as the strict grammar of the standard sees it. */
export interface StrictSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Seconds; undefined where there is none. */
  readonly time: number | undefined;
  readonly exemplar: boolean;
}

const MAX_EXEMPLAR = 128;

/**
 * The grammar of https://prometheus.io/docs/specs/om/open_metrics_spec/#abnf by hand: single spaces, no trailing ones, no
 * hexadecimal numbers, exemplars complete. Returns what is wrong as text.
 */
export function readStrictSample(line: string): StrictSample | string {
  const cursor = { line, at: 0 };
  const name = take(cursor, /[a-zA-Z_:][a-zA-Z0-9_:]*/y);
  if (name === undefined) return 'a metric name with a character it may not have';
  let labels: ReadonlyMap<string, string> = new Map();
  if (line.charAt(cursor.at) === '{') {
    const read = readLabels(cursor);
    if (typeof read === 'string') return read;
    labels = read;
  }
  const value = readNumber(cursor, 'value');
  if (typeof value === 'string') return value;
  let time: number | undefined;
  if (cursor.at < line.length && !line.startsWith(' # ', cursor.at)) {
    const read = readNumber(cursor, 'time');
    if (typeof read === 'string') return read;
    if (!Number.isFinite(read)) return 'a time that is not finite';
    time = read;
  }
  if (cursor.at === line.length) return { name, labels, value, time, exemplar: false };
  const wrong = readExemplar(cursor);
  return wrong ?? { name, labels, value, time, exemplar: true };
}

interface Cursor {
  readonly line: string;
  at: number;
}

function readExemplar(cursor: Cursor): string | undefined {
  if (!cursor.line.startsWith(' # {', cursor.at)) return 'an exemplar that does not begin with " # {"';
  cursor.at += 3;
  const labels = readLabels(cursor);
  if (typeof labels === 'string') return `exemplar: ${labels}`;
  let points = 0;
  for (const [name, value] of labels) points += Array.from(name).length + Array.from(value).length;
  if (points > MAX_EXEMPLAR) return `an exemplar whose labels have more than ${MAX_EXEMPLAR} characters`;
  const value = readNumber(cursor, "exemplar's value");
  if (typeof value === 'string') return value;
  if (cursor.at === cursor.line.length) return undefined;
  const time = readNumber(cursor, "exemplar's time");
  if (typeof time === 'string') return time;
  if (!Number.isFinite(time)) return "an exemplar's time that is not finite";
  return cursor.at === cursor.line.length ? undefined : 'more behind the exemplar';
}

function readLabels(cursor: Cursor): Map<string, string> | string {
  const labels = new Map<string, string>();
  const { line } = cursor;
  cursor.at++;
  if (line.charAt(cursor.at) === '}') {
    cursor.at++;
    return labels;
  }
  for (;;) {
    const name = take(cursor, /[a-zA-Z_][a-zA-Z0-9_]*/y);
    if (name === undefined) return 'a label without a proper name';
    if (!line.startsWith('="', cursor.at)) return `label ${name} without a quoted value`;
    cursor.at += 2;
    const value = readQuotedText(cursor);
    if (value === undefined) return `the value of label ${name} is never closed`;
    if (labels.has(name)) return `label ${name} stands there twice`;
    labels.set(name, value);
    const after = line.charAt(cursor.at++);
    if (after === '}') return labels;
    if (after !== ',') return 'labels without a comma between them';
  }
}

function readQuotedText(cursor: Cursor): string | undefined {
  const from = cursor.at;
  for (let at = from; at < cursor.line.length; at++) {
    const character = cursor.line.charAt(at);
    if (character === '\\') at++;
    else if (character === '"') {
      cursor.at = at + 1;
      return cursor.line.slice(from, at);
    }
  }
  return undefined;
}

function readNumber(cursor: Cursor, what: string): number | string {
  const { line } = cursor;
  if (line.charAt(cursor.at) !== ' ') return `no single space before the ${what}`;
  cursor.at++;
  const word = take(cursor, /[^ ]+/y);
  if (word === undefined) return `no ${what}, or more than one space before it`;
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(word);
  if (special !== null) return special[1] === '-' ? -Infinity : Infinity;
  if (/^nan$/i.test(word)) return NaN;
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(word))
    return `a ${what} that is not a number: ${word.slice(0, 40)}`;
  return Number(word);
}

/** `sticky` must have the flag y; none of the patterns used can backtrack. */
function take(cursor: Cursor, sticky: RegExp): string | undefined {
  sticky.lastIndex = cursor.at;
  const found = sticky.exec(cursor.line)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}
