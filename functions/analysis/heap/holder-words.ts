import type { PathStep } from './path-step.ts';

const MAX_LINKS = 4;
const MAX_NAME = 60;
const CONTEXT = '(closure context)';
/** What stands between an ES module and the value of a variable that it exports. */
export const EXPORTED = '(exported variable)';
/** Objects that no program has written. */
const ENGINE_OBJECT = /^(\(|system \/)/;
const SYMBOL = /^\["<symbol (.*)>"\]$/;
/** Roots of the engine that say something to a person. */
const ROOTS: Partial<Record<string, string>> = {
  '(Stack roots)': 'a variable of a running function',
  // Of the stack, until Node 14.
  '(Isolate)': 'a variable of a running function',
  '(Global handles)': 'a handle of native code',
};
export const RUNTIME = 'the runtime itself';
const THREAD_LOCAL = /^java\.lang\.ThreadLocal\$ThreadLocalMap\$Entry of (.+)$/;

/**
 * Who holds it, as one would tell a colleague: `globalThis.__sessionCache.entries (a Map)`, `LeakJava.POOL.open (an ArrayList)`, `the ThreadLocal
 * LeakJava.TL of thread "worker-1"`, `the variable cache.entries (a Map)`. Only names that the program has given, from the last point where one can
 * begin to read; objects of the engine between them are passed over. `kindOfLast` says what the last is, where its class does not.
 */
export function holderInWords(steps: readonly PathStep[], last: number, kindOfLast?: string): string {
  const root = steps[0]?.name ?? '';
  const thread = /^\S+ (".*")$/.exec(root)?.[1];
  const ofThread = thread === undefined ? '' : ` of thread ${thread}`;
  /** Something with a name, or a phrase that says where the links are. */
  let start = startOf(root);
  let place = thread === undefined ? '' : `thread ${thread}`;
  let links: string[] = [];
  let inside = '';
  for (const { name, via } of steps.slice(1, last + 1)) {
    const local = THREAD_LOCAL.exec(name)?.[1];
    const frame = /^local of ([^(]+)/.exec(via)?.[1];
    const symbol = SYMBOL.exec(via)?.[1];
    if (local !== undefined) [start, place, links] = ['', `the ThreadLocal ${local}${ofThread}`, []];
    else if (frame !== undefined) [start, place, links] = ['', `a local variable of ${frame.trim()}${ofThread}`, []];
    else if (ROOTS[name] !== undefined && links.length === 0) place = ROOTS[name];
    else if (symbol !== undefined) links.push(`[${symbol}]`);
    else if (via.startsWith('static ')) links.push(`.${via.slice('static '.length)}`);
    else if (via === '.value' && THREAD_LOCAL.test(inside)) links = [];
    else if (/^(\.|\[")/.test(via)) {
      // `Api.sessions in a variable of a running function`: the variable has no name, its object has a class.
      if (links.length === 0 && start === '' && isRootPlace(place)) start = classInWords(inside);
      links.push(via);
    } else if (isVariable({ name, via }, inside)) [start, place, links] = [`the variable ${via}`, '', []];
    inside = name;
  }
  if (links.length > MAX_LINKS) links = [links[0]!, ' … ', ...links.slice(1 - MAX_LINKS)];
  const named = (start + links.join('')).replace(/^\./, '');
  const where = named === '' ? place || RUNTIME : place === '' ? named : `${named} in ${place}`;
  const end = steps[last]?.name ?? '';
  const kind = kindOfLast ?? (end === root ? '' : kindInWords(end));
  return kind === '' ? where : `${where} (${kind})`;
}

/** Does a variable of a function lead to this step from `above`? There a way begins that one can read: which of the functions that see it comes first is chance. */
export function isVariable({ name, via }: PathStep, above: string | undefined): boolean {
  return (above === CONTEXT || above === EXPORTED) && /^[\w$]+$/.test(via) && !ENGINE_OBJECT.test(name);
}

const isRootPlace = (place: string): boolean => Object.values(ROOTS).includes(place);

/** `Api`, `connect` of a function; nothing for what no program has named. */
function classInWords(name: string): string {
  const text = name.replace(/^function /, '');
  return /^[\w$]+$/.test(text) && text !== 'Object' ? cut(text) : '';
}

/** The name of a root that a program has given; '' for threads and for what belongs to the runtime. */
function startOf(root: string): string {
  if (root.startsWith('class ')) return root.slice('class '.length);
  return / "|^\(|^(java|javax|jdk|sun)\.|\[\]$/.test(root) ? '' : cut(root);
}

/** `a Map`, `an ArrayList`; nothing for objects that only the engine knows. */
function kindInWords(name: string): string {
  if (name.startsWith('function ')) return 'a function with its variables';
  if (name === CONTEXT) return 'the variables of a function';
  if (/^(\(|\{|system \/|class |")/.test(name) || THREAD_LOCAL.test(name)) return '';
  const short = cut(name.replace(/ ".*"$/, '').replace(/^.*[.$](?=[A-Za-z_]\w*(\[\])*$)/, ''));
  return `${/^[AEIOU]/i.test(short) ? 'an' : 'a'} ${short}`;
}

/** `12,000 LeakedSession objects`, `5,000 strings`, `1 byte[] array`. */
export function objectsInWords(count: number, className: string): string {
  const words = pluralOf(className);
  return `${countInWords(count)} ${count === 1 ? words.replace(/s(?=$| \(| of )/, '') : words}`;
}

/** `1,234,567`, of a whole number. By hand: the engine's first number in a locale takes it 20 ms. */
export const countInWords = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `LeakedSession objects`, `strings`, `byte[] arrays`. */
export function pluralOf(className: string): string {
  const lambdaOf = /^(.+)\$\$Lambda/.exec(className)?.[1];
  if (lambdaOf !== undefined) return `lambdas of ${cut(lambdaOf)}`;
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
  'Node / Message': 'messages to a port or worker',
  Array: 'arrays',
};

const cut = (text: string): string => (text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text);
