/** What was blanked and what was kept. Counts only: no text of the dump is ever in it. */
export interface RedactionReport {
  readonly format: string;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly blanked: readonly Count[];
  readonly kept: readonly (Count & { readonly why: string })[];
  /** Secrets by rule: in contents that were blanked anyway, and in names, of which they were cut out. */
  readonly rules: readonly {
    readonly rule: string;
    readonly title: string;
    readonly inContents: number;
    readonly inNames: number;
  }[];
  /** What the reader of the redacted dump should know: what could not be kept, what still shows. */
  readonly notes: readonly string[];
}

export interface Count {
  readonly what: string;
  readonly count: number;
  /** Bytes in the dump, where that is the measure. */
  readonly bytes?: number;
}

export interface RedactOptions {
  /** Texts that stay wherever they are the whole of a string or a name. */
  readonly keep?: readonly string[];
  /** V8: names of properties of objects that are used as maps (more than 128 properties) are blanked too. */
  readonly blankKeys?: boolean;
  /** HPROF: primitive fields of instances and classes are blanked too. */
  readonly blankNumbers?: boolean;
  /** IPv4 addresses in names are cut out, and counted. */
  readonly ipv4?: boolean;
  /**
   * 16 random bytes that nobody keeps. HPROF: equal contents get equal placeholders by a hash under this key; without the key the
   * hash says nothing about the contents.
   */
  readonly key: Uint8Array;
}

/** A redacted dump as it is made. `report` is complete when the stream has ended. */
export interface Redaction {
  readonly format: string;
  readonly stream: ReadableStream<Uint8Array>;
  report(): RedactionReport;
}
