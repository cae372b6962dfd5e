/**
 * The version that a source was opened on is gone: replaced or deleted. Not an AppError on purpose, since the worker
 * refuses evidence for those: this one is retried, and the next try opens what is there then.
 */
export class ObjectChanged extends Error {
  readonly key: string;

  constructor(key: string, cause?: unknown) {
    super(`Object ${key} was replaced or deleted while it was being read: open it again.`, { cause });
    this.name = 'ObjectChanged';
    this.key = key;
  }
}
