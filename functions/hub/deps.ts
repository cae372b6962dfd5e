import type { Analysis, Context } from '../model/analysis.ts';
import type { SeriesMapping } from '../model/mapping.ts';
import type { EvidenceKind } from '../model/evidence.ts';
import type { Jobs } from '../platform/jobs/jobs.ts';
import type { Notifications } from '../platform/notifications/notifications.ts';
import type { Objects } from '../platform/objects/objects.ts';
import type { Records } from '../platform/records/records.ts';
import type { Config } from './config.ts';

/** Everything a use case may touch. `cli` and `lambda` make one; tests make one of real local adapters in a temporary folder. */
export interface Deps {
  readonly records: Records;
  /** Raw evidence and analyses: private. */
  readonly evidence: Objects;
  /** The published site: public, read by the CDN. */
  readonly site: Objects;
  readonly jobs: Jobs;
  readonly notifications: Notifications;
  readonly analyse: AnalyseIsolated;
  readonly config: Config;
  readonly assets: SiteAssets;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface AnalyseRequest {
  /** In `deps.evidence`. */
  readonly key: string;
  readonly name: string;
  /** A report is validated, not analysed. */
  readonly kind: EvidenceKind;
  /** What the submitter said of it: a scrape without times needs to know when it was taken. */
  readonly context?: Context;
  /** What maintainers said that series are. */
  readonly mapping?: readonly SeriesMapping[];
  /** Of a comparison: what it reads instead of `key`, oldest first. */
  readonly compared?: readonly ComparedObject[];
}

export interface ComparedObject {
  readonly key: string;
  readonly name: string;
}

/**
 * Runs an analyser where it can harm only itself: a child process with its own memory limit on one machine, the whole
 * invocation on Lambda. AppError: refused. Anything else, a crash included: the attempt failed.
 */
export type AnalyseIsolated = (
  request: AnalyseRequest,
  options: { signal: AbortSignal; progress: (step: string, done: number) => void },
) => Promise<Analysis>;

/** Names of the built client files, with their content hashes, as paths from the site's root. */
export interface SiteAssets {
  readonly script: string;
  readonly style: string;
}

export interface Log {
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, error: unknown, data?: Record<string, unknown>): void;
}
