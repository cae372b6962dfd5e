import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AppError } from '../../model/error.ts';

/** What the special-purpose registries of IANA (RFC 6890) hold for other than the public network; metadata services are link-local. */
const PRIVATE_IPV4 = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier NAT, and the metadata service of one cloud
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local: metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const;
/** Within 2000::/3, the only global unicast there is, what is not public or carries an IPv4 address inside. */
const PRIVATE_IPV6 = [
  ['2001::', 23], // Teredo, benchmarks, ORCHID
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4
  ['3fff::', 20],
] as const;

const special = new BlockList();
for (const [address, bits] of PRIVATE_IPV4) special.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of PRIVATE_IPV6) special.addSubnet(address, bits, 'ipv6');
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  // A zone, `fe80::1%eth0`, is never public; mapped IPv4 is outside 2000::/3.
  return family === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

export interface Address {
  readonly address: string;
  readonly family: number;
}
export type Resolve = (host: string) => Promise<readonly Address[]>;

export const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

/**
 * Resolves a host once, and answers the address to connect to: asked again, the name could point elsewhere (DNS rebinding).
 * Throws `bad-input` when any of its addresses is not public, `unavailable` when it has none.
 */
export async function pinAddress(host: string, resolve: Resolve, allowPrivate: boolean): Promise<Address> {
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw new AppError('unavailable', `The host ${host} cannot be resolved.`, { cause });
  });
  const [first] = addresses;
  if (!first) throw new AppError('unavailable', `The host ${host} has no address.`);
  if (!allowPrivate && !addresses.every(({ address }) => isPublic(address))) {
    throw new AppError('bad-input', `The host ${host} is not on the public internet: choose one that is.`);
  }
  return first;
}
