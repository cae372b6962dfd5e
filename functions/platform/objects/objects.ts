/**
 * Blobs by key: raw evidence, analyses, and the published site. An object is visible whole or not at all. Structural
 * subset of what S3 does; the local adapter speaks the same client protocol with HMAC-signed URLs on the same server.
 */
export interface ObjectInfo {
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly contentType?: string;
}

export interface Part {
  readonly partNumber: number;
  readonly etag: string;
  readonly sizeBytes: number;
}

/** As in `analysis/analyser.ts`; platform may not import analysis, and TypeScript's shapes agree. */
export interface ObjectSource {
  readonly size: number;
  stream(): ReadableStream<Uint8Array>;
  slice(start: number, end?: number): ObjectSource;
}

export interface PutOptions {
  readonly contentType?: string;
  readonly cacheControl?: string;
  /** Answers false, and writes nothing, when the key exists. */
  readonly ifAbsent?: boolean;
}

export interface Objects {
  /** A URL for one `PUT` of exactly `sizeBytes` (a wrong Content-Length is refused). At most 5 GiB. */
  presignPut(key: string, options: { sizeBytes: number; expiresInSeconds: number }): Promise<string>;
  /** Multipart: parts of 5 MiB to 5 GiB (the last may be smaller), at most 10,000. */
  startMultipart(key: string): Promise<string>;
  presignPart(
    key: string,
    uploadId: string,
    part: { partNumber: number; sizeBytes: number; expiresInSeconds: number },
  ): Promise<string>;
  /** What has arrived: how an upload resumes. Throws `not-found` for an unknown or ended upload. */
  listParts(key: string, uploadId: string): Promise<Part[]>;
  /** The object appears now, whole, or not at all. Throws `bad-input` naming the part that is missing or differs. */
  completeMultipart(
    key: string,
    uploadId: string,
    parts: readonly { partNumber: number; etag: string }[],
  ): Promise<ObjectInfo>;
  abortMultipart(key: string, uploadId: string): Promise<void>;
  /** A URL for one `GET`, as a download named `downloadName`. */
  presignGet(key: string, options: { expiresInSeconds: number; downloadName: string }): Promise<string>;

  head(key: string): Promise<ObjectInfo | undefined>;
  /** Ranged reads; throws `not-found`. Reads fail rather than mix two versions of one key (If-Match). */
  source(key: string): Promise<ObjectSource>;
  read(key: string): Promise<Uint8Array>;
  put(key: string, bytes: Uint8Array | string, options?: PutOptions): Promise<boolean>;
  delete(key: string): Promise<void>;
  list(
    prefix: string,
    options?: { cursor?: string; limit?: number },
  ): Promise<{ objects: ObjectInfo[]; cursor?: string }>;
}
