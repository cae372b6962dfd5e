import type { Mark } from '../../functions/model/view.ts';
import { MARKS } from './marks.tsx';

/** Marks that stand together: one shape, and words beside it where they fit. */
export interface PlacedMark {
  readonly kind: Mark['kind'];
  /** Ascending by time, all of one kind. */
  readonly marks: readonly Mark[];
  /** Where the first happened, and where its shape stands: beside the one before where they would cover each other. */
  readonly x: number;
  readonly place: number;
  readonly text?: string;
}

/** Half a shape, and the room that one takes. */
const HALF = 6;
const SHAPE = 14;
/** Of 12 px letters, rather too much than too little. */
const LETTER = 6.6;
const MOST_LETTERS = 28;

/**
 * Places marks in a lane of `width` pixels: those of one kind that would cover each other become one, shapes of other kinds
 * stand side by side, and a label stands only where it reaches neither the next shape nor the end. Marks outside are left out.
 */
export function placeMarks(marks: readonly Mark[], x: (timeMs: number) => number, width: number): PlacedMark[] {
  const groups: { kind: Mark['kind']; marks: Mark[]; x: number; last: number }[] = [];
  const latest = new Map<Mark['kind'], (typeof groups)[number]>();
  for (const mark of [...marks].sort((a, b) => a.timeMs - b.timeMs)) {
    const at = x(mark.timeMs);
    if (!(at >= -1 && at <= width + 1)) continue;
    const near = latest.get(mark.kind);
    if (near && at - near.last < SHAPE) {
      near.marks.push(mark);
      near.last = at;
      continue;
    }
    const group = { kind: mark.kind, marks: [mark], x: at, last: at };
    groups.push(group);
    latest.set(mark.kind, group);
  }
  let free = -Infinity;
  const shapes = groups.map(({ kind, marks, x }) => {
    const place = Math.max(x, free);
    free = place + SHAPE;
    return { kind, marks, x, place };
  });
  return shapes.map((shape, i) => {
    const room = Math.min(width, (shapes[i + 1]?.place ?? Infinity) - HALF - 4);
    const text = wordsOf(shape.kind, shape.marks).find(
      (words) => words.length <= MOST_LETTERS && shape.place + HALF + 4 + words.length * LETTER <= room,
    );
    return text === undefined ? shape : { ...shape, text };
  });
}

/** The longest first. */
function wordsOf(kind: Mark['kind'], marks: readonly Mark[]): string[] {
  const { word } = MARKS[kind];
  return marks.length > 1 ? [`${word} ×${marks.length}`, `×${marks.length}`] : [marks[0]?.label ?? word, word];
}
