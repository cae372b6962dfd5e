import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Config } from '../hub/config.ts';
import { AppError } from '../model/error.ts';

export interface LocalConfig {
  readonly config: Config;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly mail?: { readonly url: string; readonly from: string };
  /** Webhooks may go to addresses that are not public: a team's own chat. Off, since whoever signs in could reach inside. */
  readonly webhooksInside: boolean;
}

/** The environment of one machine. `CASEBOOK_CONFIG` may name a JSON file with any field of `hub/config.ts`. */
export function readLocalConfig(environment: NodeJS.ProcessEnv): LocalConfig {
  const host = environment['HOST'] ?? '127.0.0.1';
  const port = Number(environment['PORT'] ?? 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AppError('bad-input', `PORT is “${environment['PORT'] ?? ''}”: it must be a number from 1 to 65535`);
  const dataDir = resolve(environment['CASEBOOK_DATA'] ?? 'data');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = environment['CASEBOOK_CONFIG'];
  const given: unknown = file ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const issuer = environment['CASEBOOK_OIDC_ISSUER'];
  const parsed = Config.safeParse({
    publicUrl: environment['CASEBOOK_PUBLIC_URL'] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    secret: environment['CASEBOOK_SECRET'] ?? keptSecret(dataDir),
    ...(issuer && {
      oidc: {
        issuer,
        clientId: environment['CASEBOOK_OIDC_CLIENT_ID'] ?? '',
        clientSecret: environment['CASEBOOK_OIDC_CLIENT_SECRET'],
        allowed: (environment['CASEBOOK_OIDC_ALLOWED'] ?? '').split(/[\s,]+/).filter((name) => name !== ''),
      },
    }),
    ...(given as object),
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError(
      'bad-input',
      `the configuration is wrong at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const smtpUrl = environment['CASEBOOK_SMTP_URL'];
  const mail = smtpUrl && {
    url: smtpUrl,
    from: environment['CASEBOOK_MAIL_FROM'] ?? `casebook@${new URL(parsed.data.publicUrl).hostname}`,
  };
  const webhooksInside = environment['CASEBOOK_WEBHOOKS_INSIDE'] === 'yes';
  return { config: parsed.data, dataDir, host, port, webhooksInside, ...(mail && { mail }) };
}

/** Made once; sessions, receipts and upload URLs survive a restart with it. */
function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'secret');
  if (!existsSync(path)) writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}
