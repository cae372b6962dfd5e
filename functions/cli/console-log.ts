import type { Log } from '../hub/deps.ts';

/** One JSON line an entry, on standard error, so that standard output stays for what was asked. */
export function consoleLog(): Log {
  const write = (level: string, message: string, data: Record<string, unknown> = {}): void => {
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...data })}\n`);
  };
  return {
    info: (message, data) => (process.env['CASEBOOK_VERBOSE'] ? write('info', message, data) : undefined),
    warn: (message, data) => write('warn', message, data),
    error: (message, error, data) =>
      write('error', message, {
        ...data,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  };
}
