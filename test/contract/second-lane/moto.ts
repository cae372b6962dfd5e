import { join } from 'node:path';
import { installedFolder, type Server, startServer } from './server.ts';

export function startMoto(): Promise<Server> {
  return startServer(join(installedFolder('moto'), 'bin/moto_server'), (port) => [
    '-H',
    '127.0.0.1',
    '-p',
    String(port),
  ]);
}
