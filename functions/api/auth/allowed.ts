import type { Config } from '../../hub/config.ts';
import type { Person } from '../../model/person.ts';

/**
 * Entries of `oidc.allowed`: a subject, an e-mail address, a domain (`@example.org`), or `*` for everyone whom the issuer
 * signs in (right for a user pool that only holds maintainers). An empty list lets nobody in. `person.email` is a verified one.
 */
export function isAllowed(config: Config, person: Person): boolean {
  const email = person.email?.toLowerCase();
  const domain = email?.slice(email.lastIndexOf('@'));
  return (config.oidc?.allowed ?? []).some((entry) => {
    if (entry === '*' || entry === person.subject) return true;
    const wanted = entry.toLowerCase();
    return email !== undefined && (wanted === email || wanted === domain);
  });
}
