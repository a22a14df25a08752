import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { SECOND } from '../../kernel/clock.ts';
import { within } from '../../kernel/within.ts';
import type { EscposSettings } from './settings.ts';

/** Where a printer's socket is. */
export interface Endpoint {
  ip: string;
  port: number;
}

/** Printers that stand by under a name of their own. */
interface StandIn {
  host: string;
  /** Where the printer of a port really listens, on loopback; undefined where there is none. */
  portOf(port: number): number | undefined;
}

/** Knows where printers may be. */
export interface Network {
  /** The socket of an address. Throws Refused; it is looked at each time, because a name may come to mean another place. */
  find(address: string): Promise<Endpoint>;
}

/** No printer can be at the address; the message says why. */
export class Refused extends Error {}

/** How long it may take to find a name, in ms. */
const LOOKUP = 2 * SECOND;

const FORM = /^(?:\[([\da-fA-F:.]{2,45})\]|([\w.-]{1,253})):(\d{1,5})$/;

/**
 * Where nobody has a printer: this machine itself, link-local (where clouds keep their secrets), all at once. An address of
 * version 4 in the dress of version 6 is looked at as what it is.
 */
const nowhere = new BlockList();
for (const [network, prefix, kind] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const)
  nowhere.addSubnet(network, prefix, kind);

/** The network as the settings have it, with the printers that stand by. */
export function networkOf({ ports, networks }: Pick<EscposSettings, 'ports' | 'networks'>, standIn?: StandIn): Network {
  return {
    async find(address) {
      const [, six, name = '', digits] = FORM.exec(address) ?? [];
      const port = Number(digits);
      if (digits === undefined) throw new Refused('An address is HOST:PORT, such as 192.168.1.50:9100.');
      if (standIn && name === standIn.host) {
        const real = standIn.portOf(port);
        if (real === undefined) throw new Refused('The simulator has no such printer.');
        return { ip: '127.0.0.1', port: real };
      }
      if (!ports.some(([from, to]) => port >= from && port <= to)) throw new Refused('Printers are not at this port.');
      const { address: ip, family } = await within(lookup(six ?? name), LOOKUP).catch(() => {
        throw new Refused('There is no host of this name.');
      });
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      if (isIP(ip) === 0 || (nowhere.check(ip, kind) && !networks.check(ip, kind)))
        throw new Refused('Printers are not in this network.');
      return { ip, port };
    },
  };
}
