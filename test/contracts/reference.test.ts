import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { reference } from '../../cli/generate/reference.ts';

const root = join(import.meta.dirname, '../..');
const page = reference(root);

/** What the page says under a heading. */
const under = (heading: string) =>
  new RegExp(`^### ${heading}\\n([\\s\\S]*?)(?=^##|$(?![\\s\\S]))`, 'm').exec(page)?.[1] ?? '';

test('every event is listed, with a payload that is written out', () => {
  const source = readFileSync(join(root, 'schema/events.ts'), 'utf8');
  const events = [...source.matchAll(/^ {4}'(.+)': (\w+);$/gm)];
  expect(events.length).toBeGreaterThan(5);
  for (const [, name = '', payload = ''] of events) {
    expect(page).toContain(`| \`${name}\` | [${payload}](#${payload.toLowerCase()}) | `);
    expect(under(payload)).toContain(`export interface ${payload} {`);
  }
  expect(under('OrderPaid')).toContain('lines: PaidLine[];');
});

test('what every handler is given is described, though the contract only passes it on', () => {
  expect(under('Context')).toContain('readonly signal: AbortSignal;');
  expect(under('Transaction')).toContain('interface Transaction extends Context');
  expect(under('Logger')).toContain('`LOG_LEVEL`');
  expect(under('Handlers')).toContain('\n};\n');
});
