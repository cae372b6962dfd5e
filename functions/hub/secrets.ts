import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Deps } from './deps.ts';

/** 160 bits as hex: no character that a URL, a shell or the token's own underscores could mistake. */
export function newSecret(deps: Pick<Deps, 'random'>): string {
  return Buffer.from(deps.random(20)).toString('hex');
}

/** As libraries of https://www.standardwebhooks.com take it: the bytes of the key in base64, with a name before them. */
export function newSigningSecret(deps: Pick<Deps, 'random'>): string {
  return `whsec_${Buffer.from(deps.random(24)).toString('base64')}`;
}

/** Secrets of 160 random bits need no salt and no stretching. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function matchesHash(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(secret), 'hex'), Buffer.from(hash.padEnd(64, '0').slice(0, 64), 'hex'));
}

/** One key a purpose, so that what was signed for one is void for another. */
export function purposeKey(deps: Pick<Deps, 'config'>, purpose: string): Uint8Array {
  return createHmac('sha256', deps.config.secret).update(`casebook/${purpose}`).digest();
}
