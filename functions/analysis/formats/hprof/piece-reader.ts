import type { ByteSource, Parallel, Run } from '../../analyser.ts';
import type { ColumnPool } from '../../graph/column-pool.ts';
import { finish, throwIfAborted } from '../../graph/drive.ts';
import { type Piece, type PieceAnswer, type PieceSetting, readPiece, type Slot, slotWords } from './edge-pieces.ts';
import type { EdgeWriter } from './edge-writer.ts';

/** To each other thread: a piece that it does, and one that waits until it has. */
const GIVEN = 2;
/** Pieces that are read meanwhile: with one, an eighth of the time went by in waiting. */
const AHEAD = 2;
/** One that is done here, and those done that wait for one before them. */
const OWN = 4;

interface Reading {
  readonly piece: Piece;
  readonly slot: Slot;
  readonly length: Promise<number>;
}

interface Begun extends Pick<Reading, 'piece' | 'slot'> {
  readonly ending: Promise<void>;
  answer: PieceAnswer | undefined;
}

/** Gives pieces to other threads as long as these take them, does the rest here, and joins what comes of them in their order. */
export class PieceReader {
  readonly #writer: EdgeWriter;
  readonly #setting: PieceSetting;
  readonly #run: Run & { readonly parallel: Parallel };
  readonly #readInto: NonNullable<ByteSource['readInto']>;
  readonly #begun: Begun[] = [];
  readonly #ahead: Reading[] = [];
  readonly #free: Slot[] = [];
  #given = 0;

  constructor(
    writer: EdgeWriter,
    setting: PieceSetting,
    run: Run & { readonly parallel: Parallel },
    readInto: NonNullable<ByteSource['readInto']>,
  ) {
    this.#writer = writer;
    this.#setting = setting;
    this.#run = run;
    this.#readInto = readInto;
  }

  async read(pieces: Iterable<Piece>, pool: ColumnPool, progress: (share: number) => void): Promise<void> {
    const memory = this.#takeSlots(pool);
    try {
      for (const piece of pieces) {
        throwIfAborted(this.#run);
        progress(piece.offset / this.#setting.fileBytes);
        if (piece.bytes !== undefined) {
          if (this.#ahead.length === AHEAD) await this.#beginFirst();
          await this.#startReading(piece, piece.bytes);
          continue;
        }
        await this.#joinAll();
        await this.#writer.stream(piece, this.#run);
      }
      await this.#joinAll();
    } finally {
      // The host may close the file next.
      await Promise.allSettled(this.#ahead.map(({ length }) => length));
    }
    pool.give(memory);
  }

  /** All in one column, which serves as one afterwards. */
  #takeSlots(pool: ColumnPool): Uint32Array {
    const count = GIVEN * this.#run.parallel.threads + OWN + AHEAD;
    const words = slotWords(this.#setting.idBytes);
    const memory = pool.take(count * (words.bytes + words.edges + words.counted));
    let at = 0;
    const cut = (length: number): Uint32Array => memory.subarray(at, (at += length));
    while (this.#free.length < count) {
      const { buffer, byteOffset, byteLength } = cut(words.bytes);
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      this.#free.push({ bytes, edges: cut(words.edges), counted: cut(words.counted) });
    }
    return memory;
  }

  async #startReading(piece: Piece, sizeBytes: number): Promise<void> {
    while (this.#free.length === 0) await this.#joinFirst();
    const slot = this.#free.pop()!;
    const length = this.#readInto(piece.offset, slot.bytes.subarray(0, sizeBytes));
    length.catch(() => undefined); // whoever begins it is told
    this.#ahead.push({ piece, slot, length });
  }

  async #beginFirst(): Promise<void> {
    const { piece, slot, length } = this.#ahead[0]!;
    await length;
    this.#ahead.shift();
    const { parallel } = this.#run;
    const input = { setting: this.#setting, piece, slot };
    const begun: Begun = { piece, slot, ending: Promise.resolve(), answer: undefined };
    if (this.#given < GIVEN * parallel.threads) {
      this.#given++;
      const ending = parallel.run(readPiece.name, input).then((answer) => {
        this.#given--;
        // What the task returned.
        begun.answer = answer as PieceAnswer;
      });
      ending.catch(() => undefined); // whoever joins it is told
      this.#begun.push(Object.assign(begun, { ending }));
    } else {
      begun.answer = finish(readPiece.start(input));
      this.#begun.push(begun);
    }
    while (this.#begun[0]?.answer) await this.#joinFirst();
  }

  async #joinAll(): Promise<void> {
    while (this.#ahead.length > 0) await this.#beginFirst();
    while (this.#begun.length > 0) await this.#joinFirst();
  }

  async #joinFirst(): Promise<void> {
    const first = this.#begun.shift()!;
    await first.ending;
    this.#writer.add(first.piece, first.slot, first.answer!);
    this.#free.push(first.slot);
  }
}
