import { AppError } from '../../../model/error.ts';
import type { Analyser } from '../../analyser.ts';

interface UnreadFormat {
  readonly format: string;
  readonly title: string;
  readonly matches: (head: Uint8Array, name: string) => boolean;
  /** How to get something that is read, exactly. */
  readonly instead: string;
}

function startsWith(head: Uint8Array, text: string, at = 0): boolean {
  for (let i = 0; i < text.length; i++) if (head[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Text forms of IBM's dump, written with -Xdump:heap:opts=CLASSIC. */
const IBM_CLASSIC = /^\/\/ Version: J[0-9A-Z ]+/;

/**
 * Heap snapshots that are known and not read. A portable heap dump has no field names and no contents; the snapshots of profilers are
 * undocumented and change with every version.
 */
const UNREAD: readonly UnreadFormat[] = [
  {
    format: 'ibm-phd',
    title: 'IBM portable heap dump (PHD)',
    matches: (head) =>
      startsWith(head, 'portable heap dump', 2) ||
      IBM_CLASSIC.test(new TextDecoder('latin1').decode(head.subarray(0, 64))),
    instead:
      'Take a class histogram instead (jcmd PID GC.class_histogram), which is read here; or a system dump (jcmd PID Dump.system, or -Xdump:system), open that in Eclipse Memory Analyzer with the DTFJ feature and use its query "Export Snapshot" to write HPROF. Of the PHD itself, Memory Analyzer exports the histogram as CSV.',
  },
  {
    format: 'jprofiler-snapshot',
    title: 'JProfiler snapshot (.jps)',
    matches: (head, name) => startsWith(head, 'JPROFILER') || (/\.jps$/i.test(name) && !looksLikeText(head)),
    instead:
      'Open it in JProfiler and export the classes of the heap walker as CSV (on the command line: jpexport FILE.jps VIEW -format=csv classes.csv; jpexport -help lists the views); or take an HPROF dump of the process: jcmd PID GC.heap_dump FILE.hprof. A snapshot that was opened from an HPROF file is better sent as that file.',
  },
  {
    format: 'yourkit-snapshot',
    title: 'YourKit snapshot (.snapshot)',
    matches: (head, name) =>
      startsWith(head, 'YJPSNAP') ||
      startsWith(head, 'YourKit') ||
      (/\.snapshot$/i.test(name) && !looksLikeText(head) && !startsWith(head, 'JAVA PROFILE')),
    instead:
      'Convert it in YourKit (File > Export to > HPROF snapshot), or export its classes as CSV; or take an HPROF dump of the process: jcmd PID GC.heap_dump FILE.hprof.',
  },
];

/** Analysers that recognise and refuse, each with the way to something that is read. */
export const unreadSnapshots: readonly Analyser[] = UNREAD.map(({ format, title, matches, instead }) => ({
  format,
  title: `${title}: recognised, not read`,
  version: 1,
  offered: false,
  detect: (head, name) => (matches(head, name) ? 'yes' : 'no'),
  analyse: () =>
    Promise.reject(
      new AppError(
        'unsupported',
        `This is ${/^[AEIOU]/.test(title) ? 'an' : 'a'} ${title}, which Casebook does not read. ${instead}`,
        {
          data: { format, instead },
        },
      ),
    ),
}));

function looksLikeText(head: Uint8Array): boolean {
  const first = head.subarray(0, 256);
  return first.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}
