import { SECRET_RULES, type SecretRule } from './secret-rules.ts';

/** Where a secret stands in a text: UTF-16 units, end exclusive. The secret itself is never kept. */
export interface SecretMatch {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

export interface ScanOptions {
  /** Addresses of hosts are often what an investigation needs: off unless asked for. */
  readonly ipv4?: boolean;
  /** Ids that were drawn at random, as keys of objects are: UUIDs, and 32 and more hexadecimal digits. */
  readonly randomIds?: boolean;
}

/** The rules that are code and no pattern, because they are linear only so. */
const WRITTEN_OUT: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'private-key', title: 'private key (PEM)' },
  { id: 'connection-string', title: 'password in a URL' },
  { id: 'mail', title: 'mail address' },
  { id: 'ipv4', title: 'IPv4 address' },
  { id: 'random-id', title: 'random id (UUID or hexadecimal) as a name' },
];

/** Every rule by id, with what a person calls it. */
export const RULE_TITLES: ReadonlyMap<string, string> = new Map(
  [...SECRET_RULES, ...WRITTEN_OUT].map(({ id, title }) => [id, title]),
);

const HINTS = [...new Set(SECRET_RULES.flatMap(({ hints }) => hints))];
/** One pass over a text says whether any rule can match; nearly all texts end here. */
const ANY_HINT = new RegExp([...HINTS.map(escaped), '@', '-----begin'].join('|'), 'i');

/** Could this text hold a secret? Cheap, never wrongly false. */
export function mayHoldSecret(text: string, options: ScanOptions = {}): boolean {
  if (text.length < 6) return false;
  if (ANY_HINT.test(text)) return true;
  return (options.ipv4 === true && /\d\.\d/.test(text)) || (options.randomIds === true && text.length >= 32);
}

/**
 * The secrets in a text, by start, without overlaps (the earlier rule of SECRET_RULES wins). Linear in the length of the text, whatever it
 * holds: `test/analysis/redact/secrets.test.ts` has the texts that would make it quadratic.
 */
export function scanSecrets(text: string, options: ScanOptions = {}): SecretMatch[] {
  if (!mayHoldSecret(text, options)) return [];
  const found: SecretMatch[] = [];
  const lower = text.toLowerCase();
  // Lower case of some letters is longer; offsets are never taken from it.
  for (const rule of SECRET_RULES) if (rule.hints.some((hint) => lower.includes(hint))) matchPattern(rule, text, found);
  if (lower.includes('-----begin')) findPrivateKeys(text, found);
  if (text.includes('@')) {
    findUrlPasswords(text, found);
    findMails(text, found);
  }
  if (options.ipv4) findAddresses(text, found);
  if (options.randomIds) findRandomIds(text, found);
  return found.length < 2 ? found : withoutOverlaps(found);
}

function matchPattern(rule: SecretRule, text: string, found: SecretMatch[]): void {
  for (const match of text.matchAll(rule.pattern)) {
    const secret = match.groups?.['secret'] ?? match[0];
    if (rule.isReal && !rule.isReal(secret)) continue;
    const end = match.index + match[0].length;
    // A group is always the end of its match.
    found.push({ rule: rule.id, start: end - secret.length, end });
  }
}

/** From BEGIN to END, or to the end of the text when the key was cut. */
function findPrivateKeys(text: string, found: SecretMatch[]): void {
  const begin = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const start = match.index + match[0].length;
    const close = text.indexOf('-----END', start);
    const end = close < 0 ? text.length : close;
    if (end > start) found.push({ rule: 'private-key', start, end });
    begin.lastIndex = end;
  }
}

const MAX_USER_INFO = 512;

/** `scheme://user:PASSWORD@host`: the password. */
function findUrlPasswords(text: string, found: SecretMatch[]): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (at === 0 || !/[A-Za-z0-9+.-]/.test(text[at - 1]!)) continue;
    const limit = Math.min(text.length, at + 3 + MAX_USER_INFO);
    let colon = -1;
    let sign = -1;
    for (let i = at + 3; i < limit; i++) {
      const unit = text.charCodeAt(i);
      // The authority ends at a slash, a question mark, a hash, a quote or a space.
      if (unit <= 32 || unit === 34 || unit === 35 || unit === 39 || unit === 47 || unit === 63 || unit === 60) break;
      if (unit === 58 && colon < 0) colon = i;
      else if (unit === 64) sign = i;
    }
    if (colon < 0 || sign <= colon + 1) continue;
    if (/^[$<{%*]/.test(text.slice(colon + 1, sign))) continue;
    found.push({ rule: 'connection-string', start: colon + 1, end: sign });
  }
}

const LOCAL_PART = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]/;
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
const NOT_A_DOMAIN = /\.(?:js|mjs|cjs|ts|mts|tsx|jsx|json|map|node|css|html|png|svg|so|jar|class|md|txt|yml|yaml|0)$/i;

/** `local@domain.tld`, out from each `@`. */
function findMails(text: string, found: SecretMatch[]): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < MAX_LOCAL && LOCAL_PART.test(text[start - 1]!)) start--;
    // Paths and queries run into a mail from the left: only what stands after their last separator is its local part.
    const local = text.slice(start, at);
    start +=
      Math.max(local.lastIndexOf('/'), local.lastIndexOf('='), local.lastIndexOf('?'), local.lastIndexOf('&')) + 1;
    while (start < at && /[.'`{|]/.test(text[start]!)) start++;
    if (start === at) continue;
    const domain = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_-])/.exec(
      text.slice(at + 1, at + 1 + MAX_DOMAIN),
    )?.[0];
    if (domain === undefined || NOT_A_DOMAIN.test(domain)) continue;
    found.push({ rule: 'mail', start, end: at + 1 + domain.length });
  }
}

function findAddresses(text: string, found: SecretMatch[]): void {
  const pattern = /(?<![\w.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w.]*\d)/g;
  for (const match of text.matchAll(pattern)) {
    if (match.slice(1).some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) continue;
    found.push({ rule: 'ipv4', start: match.index, end: match.index + match[0].length });
  }
}

function findRandomIds(text: string, found: SecretMatch[]): void {
  const pattern =
    /(?<![A-Za-z0-9])(?:[0-9a-f]{32,512}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9])/gi;
  for (const match of text.matchAll(pattern)) {
    // Lines of zeros and words of a few letters are no ids.
    if (new Set(match[0]).size < 8) continue;
    found.push({ rule: 'random-id', start: match.index, end: match.index + match[0].length });
  }
}

/** Earlier entries win over later ones that they touch. */
function withoutOverlaps(found: readonly SecretMatch[]): SecretMatch[] {
  const order = found
    .map((match, rank) => ({ match, rank }))
    .sort((a, b) => a.match.start - b.match.start || a.rank - b.rank);
  const kept: { match: SecretMatch; rank: number }[] = [];
  for (const one of order) {
    const last = kept.at(-1);
    if (!last || one.match.start >= last.match.end) kept.push(one);
    else if (one.rank < last.rank) kept[kept.length - 1] = one;
  }
  return kept.map(({ match }) => match);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
