import { parseArgs } from 'node:util';
import { compareAll } from './compare.ts';

/** `npm run test:federation -- --operations 10000 --seed N`: how many are asked, and the number that the first is made of. */
const { values } = parseArgs({
  options: { operations: { type: 'string', default: '10000' }, seed: { type: 'string', default: String(Date.now()) } },
});
const [operations, seed] = [Number(values.operations), Number(values.seed)];
if (!Number.isSafeInteger(operations) || !Number.isSafeInteger(seed)) {
  console.error('--operations and --seed are whole numbers');
  process.exit(2);
}
console.log(`seed ${seed}`);
const differences = await compareAll({ seed, operations, say: console.log });
for (const difference of differences) console.log(`\n${difference}`);
console.log(differences.length === 0 ? `${operations} operations have the answers of a single schema` : 'they differ');
process.exitCode = differences.length === 0 ? 0 : 1;
