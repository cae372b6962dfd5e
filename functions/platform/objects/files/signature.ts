import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../model/error.ts';

const whole = z.coerce.number().int().nonnegative();

/** What a signed URL allows, and nothing beside it. All of it is in the query: paths are rewritten by clients and proxies. */
export const Grant = z.discriminatedUnion('may', [
  z.object({ may: z.literal('put'), key: z.string(), size: whole, expires: whole }),
  z.object({
    may: z.literal('part'),
    key: z.string(),
    upload: z.string(),
    part: whole,
    size: whole,
    expires: whole,
  }),
  z.object({ may: z.literal('get'), key: z.string(), name: z.string(), expires: whole }),
]);
export type Grant = z.infer<typeof Grant>;

/** Signs grants with a key of its own, derived from the product's secret. `expires` is in seconds since the epoch. */
export function grantSigner(secret: string, realm: string) {
  const signingKey = createHmac('sha256', secret).update(`casebook/objects/1/${realm}`).digest();
  const signatureOf = (grant: Grant): Buffer => {
    const fields = Object.entries(grant).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHmac('sha256', signingKey).update(JSON.stringify(fields)).digest();
  };
  return {
    sign(grant: Grant): URLSearchParams {
      const query = new URLSearchParams(Object.entries(grant).map(([name, value]) => [name, String(value)]));
      query.set('signature', signatureOf(grant).toString('base64url'));
      return query;
    },

    /** Throws `forbidden` for a URL that is expired, or that is not exactly as it was given out. */
    verify(query: URLSearchParams, nowMs: number): Grant {
      const parsed = Grant.safeParse(Object.fromEntries(query));
      const given = Buffer.from(query.get('signature') ?? '', 'base64url');
      const right = parsed.success ? signatureOf(parsed.data) : undefined;
      if (!parsed.success || given.length !== right?.length || !timingSafeEqual(given, right)) {
        throw new AppError(
          'forbidden',
          'The signature of this URL is not right: use it whole, exactly as it was given.',
        );
      }
      if (nowMs >= parsed.data.expires * 1000) {
        const when = new Date(parsed.data.expires * 1000).toISOString();
        throw new AppError('forbidden', `This URL expired at ${when}: ask for a new one.`);
      }
      return parsed.data;
    },
  };
}
