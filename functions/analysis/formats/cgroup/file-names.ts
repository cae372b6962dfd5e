import { timeOfName } from '../time-of-name.ts';
import { OTHER_FILE, READ_FILE } from './keys.ts';

/** The file before what `grep . *` found in it. */
const GREPPED = /^([^\s:]{1,300}):/;

/** The file that a heading names, where it is read: `==> /sys/fs/cgroup/memory.current <==`, `memory.current:`, `# memory.stat`. */
export function fileNameOf(text: string): string | undefined {
  return text.length > 400 ? undefined : READ_FILE.exec(undecorated(text))?.[1];
}

/** The same for other files of a cgroup. */
export function otherFileOf(text: string): string | undefined {
  return text.length > 400 ? undefined : OTHER_FILE.exec(undecorated(text))?.[1];
}

/** The file of this kind that a line of `grep . *` begins with. */
export function otherFileBefore(text: string): string | undefined {
  const [, path = ''] = GREPPED.exec(text) ?? [];
  return READ_FILE.test(path) ? undefined : OTHER_FILE.exec(path)?.[1];
}

function undecorated(text: string): string {
  return text.replace(/^[=#>\s-]+|[=<:\s-]+$/g, '');
}

/** Whether a file that holds a number alone says by its name that this is memory: `memory.current`, `web-memory.txt`, not `memory.swappiness`. */
export function isNamedMemory(name: string): boolean {
  const own = fileOfName(name);
  if (own !== '') return !/\.(?:swappiness|failcnt|stat|events|oom_control)$/.test(own);
  const base = name.slice(name.lastIndexOf('/') + 1);
  return (
    /memory|memsw|cgroup[\w-]{0,40}\.(?:txt|log|out)$/i.test(base) &&
    !/(?:memory|memsw)\.(?!txt|log|out|csv)[a-z]|^cpuset\./.test(base)
  );
}

/** The number file that a file's name ends in: `web__memory.limit_in_bytes`, `memory.current.txt`. */
export function fileOfName(name: string): string {
  return READ_FILE.exec(name.replace(/^.*[^a-z.](?=mem)/, '').replace(/\.(?:txt|log|out)$/, ''))?.[1] ?? '';
}

/** The group that a path leads to, as a label; none for the root, which inside of a container is the container itself. */
export function groupOf(text: string): Record<string, string> {
  const path = text.replace(/^[=#>\s-]+/, '');
  const folder = path.slice(0, Math.max(0, path.search(/\/(?:memory|memsw)\.[\w.]+(?:[:\s=<-]|$)/)));
  const whole = folder.replace(/^.*\/?sys\/fs\/cgroup(?:\/memory)?(?=\/|$)/, '');
  // A folder for each capture is no group.
  const group = whole
    .split('/')
    .filter((part) => Number.isNaN(timeOfName(part)))
    .join('/');
  return group === '' || group === '.' ? {} : { cgroup: group.slice(0, 300) };
}
