import type { DumpScanner } from './scan.ts';
import type { Symbols } from './symbols.ts';
import { STACK_FRAME, STACK_TRACE, START_THREAD } from './tags.ts';

interface Frame {
  readonly methodId: number;
  readonly sourceId: number;
  readonly classSerial: number;
  readonly line: number;
}

const MAX_RECORDS = 2_000_000;
const MAX_FRAMES = 2000;

/** Stack frames, stack traces and starts of threads, as they lie outside of the heap dump. */
export class StackRecords {
  readonly #classNames = new Map<number, number>();
  readonly #frames = new Map<number, Frame>();
  readonly #traces = new Map<number, { readonly threadSerial: number; readonly frames: readonly number[] }>();
  /** Thread serial -> name, of writers that record the start of threads. */
  readonly threadNames = new Map<number, number>();

  get traceCount(): number {
    return this.#traces.size;
  }
  get frameCount(): number {
    return this.#frames.size;
  }

  loadClass(serial: number, nameId: number): void {
    if (this.#classNames.size < MAX_RECORDS) this.#classNames.set(serial, nameId);
  }

  record(tag: number, scanner: DumpScanner, at: number, length: number): void {
    const { idBytes, view } = scanner;
    if (tag === STACK_FRAME && length >= 4 * idBytes + 8 && this.#frames.size < MAX_RECORDS) {
      this.#frames.set(scanner.id(at), {
        methodId: scanner.id(at + idBytes),
        sourceId: scanner.id(at + 3 * idBytes),
        classSerial: view.getUint32(at + 4 * idBytes),
        line: view.getInt32(at + 4 * idBytes + 4),
      });
    } else if (tag === STACK_TRACE && length >= 12 && this.#traces.size < MAX_RECORDS) {
      const count = Math.min(view.getUint32(at + 8), Math.floor((length - 12) / idBytes), MAX_FRAMES);
      const frames: number[] = [];
      for (let i = 0; i < count; i++) frames.push(scanner.id(at + 12 + i * idBytes));
      this.#traces.set(view.getUint32(at), { threadSerial: view.getUint32(at + 4), frames });
    } else if (tag === START_THREAD && length >= 8 + 2 * idBytes) {
      this.threadNames.set(view.getUint32(at), scanner.id(at + 8 + idBytes));
    }
  }

  /** The frames of a thread's trace, the innermost first: `java.lang.Thread.sleep(Thread.java)`. */
  linesOf(traceSerial: number, symbols: Symbols): string[] {
    return (this.#traces.get(traceSerial)?.frames ?? []).map((id) => this.#line(id, symbols));
  }

  #line(frameId: number, symbols: Symbols): string {
    const frame = this.#frames.get(frameId);
    if (frame === undefined) return '(unknown frame)';
    const className =
      symbols.get(this.#classNames.get(frame.classSerial) ?? -1)?.replaceAll('/', '.') ?? '(unknown class)';
    const method = symbols.get(frame.methodId) ?? '(unknown method)';
    const source = symbols.get(frame.sourceId) ?? '';
    // -1 unknown, -2 compiled, -3 native: HPROF's own numbers.
    const place = frame.line > 0 ? `${source}:${frame.line}` : frame.line === -3 ? 'native method' : source;
    return `${className}.${method}(${place})`;
  }
}
