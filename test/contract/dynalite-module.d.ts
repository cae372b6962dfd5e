declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** Without `path` it keeps its data in memory. */
  export default function dynalite(options?: { createTableMs?: number; path?: string }): Server;
}
