import { existsSync } from 'node:fs';

/** The system's Chromium; tests that need it skip visibly where there is none. */
export const CHROMIUM = [
  process.env['CHROMIUM'],
  process.env['CASEBOOK_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
export const CHROMIUM_ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
