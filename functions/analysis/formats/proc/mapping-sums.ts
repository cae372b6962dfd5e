const MAX_PATHS = 20_000;

/** What one file or anonymous region holds over all its mappings of one snapshot. */
export interface Mapping {
  readonly path: string;
  readonly mappings: number;
  readonly fields: ReadonlyMap<string, number>;
}

/** Sums the fields of `smaps` over the mappings of a snapshot, in total and by what is mapped. */
export class MappingSums {
  count = 0;
  #totals = new Map<string, number>();
  #paths = new Map<string, { mappings: number; fields: Map<string, number> }>();
  #last: Mapping[] = [];
  #current: { mappings: number; fields: Map<string, number> } | undefined;

  begin(path: string): void {
    this.count++;
    let entry = this.#paths.get(path);
    if (entry === undefined) {
      entry = { mappings: 0, fields: new Map() };
      if (this.#paths.size < MAX_PATHS) this.#paths.set(path, entry);
    }
    entry.mappings++;
    this.#current = entry;
  }

  add(field: string, value: number): void {
    this.#totals.set(field, (this.#totals.get(field) ?? 0) + value);
    const fields = this.#current?.fields;
    fields?.set(field, (fields.get(field) ?? 0) + value);
  }

  /** Ends the snapshot and gives its totals. */
  close(): ReadonlyMap<string, number> {
    const totals = this.#totals;
    this.#last = [...this.#paths].map(([path, { mappings, fields }]) => ({ path, mappings, fields }));
    this.#totals = new Map();
    this.#paths = new Map();
    this.#current = undefined;
    return totals;
  }

  /** Of the snapshot that was closed last, the largest resident first. */
  last(): readonly Mapping[] {
    return this.#last.sort((a, b) => (b.fields.get('Rss') ?? 0) - (a.fields.get('Rss') ?? 0));
  }
}
