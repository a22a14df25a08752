import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** OWASP's parameters for argon2id: 19 MiB, 2 passes, 1 lane. Stored beside each hash, so that they may grow. */
const MEMORY = 19_456;
const PASSES = 2;
const LANES = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

const FORMAT = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Hashes a PIN with a salt of its own; answers a PHC string. */
export async function hashPin(pin: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive('argon2id', {
    message: pin,
    nonce: salt,
    parallelism: LANES,
    tagLength: HASH_BYTES,
    memory: MEMORY,
    passes: PASSES,
  });
  return phc(salt, hash);
}

/** Whether a PIN is the one that was hashed. */
export async function pinMatches(pin: string, hashed: string): Promise<boolean> {
  const [, memory, passes, lanes, salt = '', hash = ''] = FORMAT.exec(hashed) ?? [];
  const expected = Buffer.from(hash, 'base64');
  const found = await derive('argon2id', {
    message: pin,
    nonce: Buffer.from(salt, 'base64'),
    parallelism: Number(lanes),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
  });
  return timingSafeEqual(found, expected);
}

/** A hash that no PIN has: checking it takes as long as checking somebody's, so that names cannot be told apart by time. */
export const nobodysPin = phc(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

function phc(salt: Buffer, hash: Buffer): string {
  const unpadded = [salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${unpadded.join('$')}`;
}
