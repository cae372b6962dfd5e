import type { PathStep } from './path-step.ts';

const MAX_LINKS = 4;
const MAX_NAME = 60;
const CONTEXT = '(closure context)';
/** Objects that no program has written. */
const ENGINE_OBJECT = /^(\(|system \/)/;
const SYMBOL = /^\["<symbol (.*)>"\]$/;
const THREAD_LOCAL = /^java\.lang\.ThreadLocal\$ThreadLocalMap\$Entry of (.+)$/;

/**
 * Who holds it, as one would tell a colleague: `globalThis.__sessionCache.entries (a Map)`, `LeakJava.POOL.open (an ArrayList)`, `the ThreadLocal
 * LeakJava.TL of thread "worker-1"`, `the variable cache.entries (a Map)`. Only names that the program has given, from the last point where one can
 * begin to read; objects of the engine between them are passed over.
 */
export function holderInWords(steps: readonly PathStep[], last: number): string {
  const root = steps[0]?.name ?? '';
  let start = startInWords(root);
  let thread = /^\S+ (".*")$/.exec(root)?.[1];
  let links: string[] = [];
  let inside = '';
  for (const { name, via } of steps.slice(1, last + 1)) {
    const local = THREAD_LOCAL.exec(name)?.[1];
    const frame = /^local of ([^(]+)/.exec(via)?.[1];
    const symbol = SYMBOL.exec(via)?.[1];
    if (local !== undefined) {
      start = `the ThreadLocal ${local}${thread === undefined ? '' : ` of thread ${thread}`}`;
      links = [];
      thread = undefined;
    } else if (frame !== undefined) {
      start = `a local variable of ${frame.trim()}${thread === undefined ? '' : ` in thread ${thread}`}`;
      links = [];
    } else if (symbol !== undefined) links.push(`[${symbol}]`);
    else if (via.startsWith('static ')) links.push(`.${via.slice('static '.length)}`);
    else if (/^(\.|\[")/.test(via)) links.push(via);
    else if (inside === CONTEXT && /^[\w$]+$/.test(via) && !ENGINE_OBJECT.test(name)) {
      start = `the variable ${via}`;
      links = [];
    }
    inside = name;
  }
  const end = steps[last]?.name ?? '';
  const kind = end === root ? '' : kindInWords(end);
  if (start === '' && links.length === 0) return kind === '' ? 'the runtime itself' : `the runtime itself, in ${kind}`;
  if (links.length > MAX_LINKS) links = [links[0]!, ' … ', ...links.slice(1 - MAX_LINKS)];
  const text = start === '' ? links.join('').replace(/^\./, '') : start + links.join('');
  return kind === '' ? text : `${text} (${kind})`;
}

function startInWords(root: string): string {
  if (root.startsWith('class ')) return root.slice('class '.length);
  const thread = /^\S+ (".*")$/.exec(root)?.[1];
  if (thread !== undefined) return `thread ${thread}`;
  return root.startsWith('(') ? '' : cut(root);
}

/** `a Map`, `an ArrayList`; nothing for objects that only the engine knows. */
function kindInWords(name: string): string {
  if (name.startsWith('function ')) return 'a function with its variables';
  if (name === CONTEXT) return 'the variables of a function';
  if (/^(\(|\{|system \/|class |")/.test(name) || THREAD_LOCAL.test(name)) return '';
  const short = cut(name.replace(/^.*\.(?=[\w$[\]]+$)/, '').replace(/ ".*"$/, ''));
  return `${/^[AEIOU]/i.test(short) ? 'an' : 'a'} ${short}`;
}

/** `12,000 LeakedSession objects`, `5,000 strings`, `1 byte[] array`. */
export function objectsInWords(count: number, className: string): string {
  const words = pluralOf(className);
  return `${countInWords(count)} ${count === 1 ? words.replace(/s$/, '') : words}`;
}

export const countInWords = (count: number): string => count.toLocaleString('en-US');

/** `LeakedSession objects`, `strings`, `byte[] arrays`. */
export function pluralOf(className: string): string {
  if (className.endsWith('[]')) return `${cut(className)} arrays`;
  return WORDS[className] ?? `${cut(className.replace(/^\((.*)\)$/, '$1'))} objects`;
}

const WORDS: Partial<Record<string, string>> = {
  '(string)': 'strings',
  '(concatenated string)': 'strings (joined from parts)',
  '(sliced string)': 'strings (parts of others)',
  '(number)': 'numbers',
  '(closure context)': 'sets of variables of functions',
  'system / Context': 'sets of variables of functions',
  Function: 'functions',
  Array: 'arrays',
};

const cut = (text: string): string => (text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text);
