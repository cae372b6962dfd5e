import { readFileSync } from 'node:fs';

/**
 * `<pid>-<start>`: names a process for good, since pids are used again (in a container the server is always the same one).
 * Where there is no /proc the start is 0 and the pid alone decides.
 */
export function processMark(pid: number = process.pid): string {
  return `${pid}-${startOf(pid)}`;
}

/** Does the process that a mark names still run? */
export function isAlive(mark: string): boolean {
  const pid = Number.parseInt(mark, 10);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return processMark(pid) === mark;
}

/** Field 22 of proc_pid_stat(5), in ticks since boot; the name in field 2 may hold spaces and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
  }
}
