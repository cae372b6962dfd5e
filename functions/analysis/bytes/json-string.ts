const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The text of a JSON string between its quotes. An escape that JSON does not have stays as it is written. */
export function unescapeJson(raw: string): string {
  let text = '';
  let from = 0;
  for (;;) {
    const slash = raw.indexOf('\\', from);
    if (slash < 0) return text + raw.slice(from);
    text += raw.slice(from, slash);
    const kind = raw.charAt(slash + 1);
    const plain = Object.hasOwn(ESCAPES, kind) ? ESCAPES[kind] : undefined;
    if (plain !== undefined) {
      text += plain;
      from = slash + 2;
      continue;
    }
    const code = kind === 'u' ? hexCode(raw, slash + 2) : -1;
    if (code < 0) {
      text += raw.slice(slash, slash + 2);
      from = slash + 2;
    } else {
      text += String.fromCharCode(code);
      from = slash + 6;
    }
  }
}

function hexCode(raw: string, at: number): number {
  const digits = raw.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? parseInt(digits, 16) : -1;
}
