import type { TableView } from '../../../../model/view.ts';
import { topIndices } from '../../../graph/top.ts';
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
  ['detached-dom', 'Detached DOM', /^Detached /],
];

/** One table for each group that this heap has, by class. */
export function heldViews({ graph, histogram }: Heap): TableView[] {
  const { instances, shallowBytes, retainedBytes } = histogram;
  const views: TableView[] = [];
  for (const [name, title, classes] of GROUPS) {
    const ids = topIndices(
      retainedBytes,
      graph.classCount,
      ROWS,
      (id) => instances[id]! > 0 && classes.test(graph.className(id)),
    );
    if (ids.length === 0) continue;
    views.push({
      kind: 'table',
      name,
      title,
      columns: [
        { name: 'class' },
        { name: 'instances', unit: 'count' },
        { name: 'shallowBytes', unit: 'bytes' },
        { name: 'retainedBytes', unit: 'bytes' },
      ],
      rows: ids.map((id) => [graph.className(id), instances[id]!, shallowBytes[id]!, retainedBytes[id]!]),
    });
  }
  return views;
}
