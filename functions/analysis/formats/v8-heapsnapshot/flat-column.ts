import type { RecordSink } from './number-section.ts';

/** Records of a small array (samples, locations, trace functions) as they come, in one growing array; large values stay LARGE. */
export class FlatColumn implements RecordSink {
  readonly width: number;
  length = 0;
  values: Uint32Array = new Uint32Array(0);

  constructor(width: number) {
    this.width = width;
  }

  take(records: Uint32Array, count: number): void {
    if (this.length + count > this.values.length) {
      const larger = new Uint32Array(Math.max(this.length + count, this.values.length * 2));
      larger.set(this.values.subarray(0, this.length));
      this.values = larger;
    }
    this.values.set(records.subarray(0, count), this.length);
    this.length += count;
  }
}
