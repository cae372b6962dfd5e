import { readPiece } from './formats/hprof/edge-pieces.ts';
import { sizeObjects } from './formats/hprof/node-columns.ts';
import { countDuplicates } from './formats/hprof/strings-by-content.ts';
import { helpTask } from './formats/v8-heapsnapshot/number-ring.ts';
import { takeCensus } from './formats/v8-heapsnapshot/census.ts';
import { findClasses } from './formats/v8-heapsnapshot/classes.ts';
import { moveOwnedSizes } from './formats/v8-heapsnapshot/shallow-sizes.ts';
import { countTexts } from './formats/v8-heapsnapshot/views/duplicate-strings.ts';
import { finish } from './graph/drive.ts';
import { sumByClass } from './graph/histogram.ts';
import { searchPaths } from './graph/paths.ts';
import type { Task } from './parallel.ts';

/** What other threads can be asked to do. Each host's thread loads this list. */
const TASKS: readonly Task<never, unknown>[] = [
  helpTask,
  moveOwnedSizes,
  findClasses,
  sumByClass,
  takeCensus,
  searchPaths,
  sizeObjects,
  readPiece,
  countDuplicates,
  countTexts,
];

/** Performs a task by its name, on the thread that calls. Throws RangeError for a name that is not in the list. */
export function performHere(name: string, input: unknown): unknown {
  const task = TASKS.find((one) => one.name === name);
  if (task === undefined) throw new RangeError(`no task is called ${name}`);
  // The input was made by `perform`, which is typed by the task.
  return finish(task.start(input as never));
}
