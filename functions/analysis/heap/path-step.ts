/** One object on the way from a root; `via` is the reference that led to it ('' for the first). */
export interface PathStep {
  readonly name: string;
  readonly via: string;
}

/**
 * `globalThis.__sessionCache (SessionCache).entries (Map)`, `static LeakJava.POOL (LeakJava$ConnectionPool).open (java.util.ArrayList)`: the
 * steps down to `last`, in one line and with nothing left out.
 */
export function writePath(steps: readonly PathStep[], last: number): string {
  let text = '';
  for (const [i, { name, via }] of steps.slice(0, last + 1).entries()) {
    if (i === 0) text = name;
    else if (via.startsWith('static ') && text.startsWith('class '))
      text = `static ${text.slice('class '.length)}.${via.slice('static '.length)} (${name})`;
    else if (/^[.[]/.test(via)) text += `${via} (${name})`;
    else text += ` -> ${via === name ? via : `${via} (${name})`}`;
  }
  return text;
}
