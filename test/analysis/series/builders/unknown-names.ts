/** A `query_range` answer with names that no list has, in megabytes: the memory of a worker, its limit, and a temperature. */
export function unknownNames(options: {
  readonly hours: number;
  readonly growthPerHour: number;
  readonly startMs?: number;
}): string {
  const { hours, growthPerHour, startMs = Date.UTC(2026, 2, 2) } = options;
  const labels = { pod: 'worker-1', container: 'worker', namespace: 'shop' };
  const of = (name: string, value: (hour: number) => number) => ({
    metric: { __name__: name, ...labels },
    values: Array.from({ length: hours * 12 + 1 }, (_, i) => [startMs / 1000 + i * 300, value(i / 12).toFixed(3)]),
  });
  // A wobble that repeats, so that no trend test meets a perfect line.
  const wobble = (hour: number): number => Math.sin(hour * 7.3) + 0.5 * Math.sin(hour * 23.1 + 1);
  const result = [
    of('acme_worker_ram', (hour) => 200 + growthPerHour * hour + wobble(hour)),
    of('acme_worker_cap', () => 2000),
    of('acme_room_celsius', (hour) => 21 + wobble(hour)),
  ];
  return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
}
