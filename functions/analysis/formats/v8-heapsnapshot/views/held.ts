import type { TableView } from '../../../../model/view.ts';
import { CLASS_COLUMNS, classRows } from '../../../heap/views.ts';
import type { Heap } from '../heap.ts';

const ROWS = 200;

/** Classes whose names say that something is open, waiting, outside the heap, or out of its document. */
const GROUPS: readonly [name: string, title: string, classes: RegExp][] = [
  [
    'timers-promises',
    'Timers and promises',
    /^(Timeout|Immediate|TimersList|Promise|system \/ PromiseReaction|system \/ PromiseCapability|AbortSignal)$/,
  ],
  [
    'buffers',
    'Buffers and memory outside the heap',
    /^(Buffer|FastBuffer|ArrayBuffer|SharedArrayBuffer|DataView|(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array|Float(16|32|64)Array|system \/ JSArrayBufferData|system \/ ExternalStringData|ExternalStringData|WebAssembly\..*)$/,
  ],
  [
    'handles',
    'Connections, streams and handles',
    /^(.*Socket|TCP|TLSWrap|Pipe|Server|Agent|ClientRequest|IncomingMessage|ServerResponse|.*Stream|Readable|Writable|Duplex|Transform|PassThrough|FileHandle|FSReqCallback|HTTPParser|Worker|MessagePort|ChildProcess|Gunzip|Gzip|Inflate|Deflate|FSWatcher|StatWatcher)$/,
  ],
  ['detached-dom', 'Detached DOM', /^Detached (?!Node \/ )/],
];

/** One table for each group that this heap has, by class. */
export function heldViews(heap: Heap): TableView[] {
  return GROUPS.flatMap(([name, title, classes]) => {
    const rows = classRows(heap, ROWS, (className) => classes.test(className));
    return rows.length === 0 ? [] : [{ kind: 'table', name, title, columns: [...CLASS_COLUMNS], rows }];
  });
}
