import { isIP, isIPv4 } from 'node:net';

/**
 * Where a request comes from: the connection's other end, or what the outermost of our own `hops` proxies has written into
 * X-Forwarded-For. What stands further left may have been written by anybody, and is not looked at.
 */
export function addressBehind(peer: string, forwarded: string | null, hops: number): string {
  if (hops === 0 || !forwarded) return peer;
  const addresses = forwarded.split(',').map((one) => one.trim());
  const address = addresses.at(-Math.min(hops, addresses.length)) ?? '';
  return isIP(address) ? address : peer;
}

/** Whether an address is this machine's own. */
export function isLoopback(address: string): boolean {
  return networkOf(address).startsWith('127.') || address === '::1';
}

/** What one holder has: an IPv4 address, or the first half of an IPv6 address, since they get the rest to choose from. */
export function networkOf(address: string): string {
  const [, mapped = address] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (isIPv4(mapped) || !isIP(mapped)) return mapped;
  const [head = '', tail] = (mapped.split('%')[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}
