import { randomInt } from 'node:crypto';

/** How many sockets come from one address: fewer than the gateway takes of each. */
const AN_ADDRESS = 1_000;

const machine = randomInt(2, 255);
let opened = 0;

/**
 * Where the next socket is to come from: this machine has the whole of 127.0.0.0/8. No address is used for long, since the
 * ports of sockets that were closed stay taken for a minute, and looking for free ones takes longer than to connect.
 */
export function nextAddress(): string {
  const number = Math.floor(opened / AN_ADDRESS);
  opened += 1;
  return `127.${machine}.${Math.floor(number / 250) % 250}.${1 + (number % 250)}`;
}
