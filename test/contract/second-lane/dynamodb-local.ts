import { installedFolder, type Server, startServer } from './server.ts';

export function startDynamoDbLocal(): Promise<Server> {
  return startServer(
    'java',
    (port) => [
      '-Xmx512m',
      '-Djava.library.path=lib',
      '-cp',
      'lib/*',
      'software.amazon.dynamodb.services.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: installedFolder('dynamodb-local') },
  );
}
