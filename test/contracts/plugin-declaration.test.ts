import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { productWith } from '../../cli/plugins.ts';

const kernel = join(import.meta.dirname, '../../kernel');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dinegraph-declared-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
/** Why the plug-in of a file with this beside its name and setup is left out. */
async function reasonOf(beside: string): Promise<string | undefined> {
  files += 1;
  const file = join(folder, `guest-${files}.ts`);
  const whole = `{ name: 'guest', contract: '1.0', setup: () => ({}), ${beside} }`;
  const imports = `import { definePlugin } from '${kernel}/module.ts';`;
  writeFileSync(file, `${imports}\nexport default definePlugin(${whole});`);
  const { refused } = await productWith([file]);
  return [...refused.values()][0];
}

const AS_TAKEN = 'is not as definePlugin takes it';

test.each([
  ['routes: 5', `its routes ${AS_TAKEN}`],
  ['routes: [null]', `its routes.0 ${AS_TAKEN}`],
  ['provides: [null]', `its provides.0 ${AS_TAKEN}`],
  ["provides: [{ token: 'cash', name: 'cash' }]", `its provides.0.token ${AS_TAKEN}`],
  ['emits: 7', `its emits ${AS_TAKEN}`],
  ['consumes: [Symbol()]', `its consumes.0 ${AS_TAKEN}`],
  ['scopes: "orders:read"', `its scopes ${AS_TAKEN}`],
  ['schema: {}', `its schema ${AS_TAKEN}`],
  ['page: "/box"', `its page ${AS_TAKEN}`],
  ['entities: {}', `its entities ${AS_TAKEN}`],
  ['settings: { portions: 1 }', `its settings ${AS_TAKEN}: expected z.object({ ... })`],
  ['storeSettings: { a: 1 }', 'its settings for stores are no z.object({ ... })'],
  ['contract: Symbol()', `its contract ${AS_TAKEN}`],
  ['setup: 5', 'its default export is no plug-in'],
  ['get contract() { throw new Error("in the other coat") }', 'its declaration cannot be read: in the other coat'],
  ['get routes() { throw null }', 'its declaration cannot be read: '],
])('a plug-in that declares %s is left out with one line', async (beside, reason) => {
  const said = await reasonOf(beside);
  expect(said).toContain(reason);
  expect(said).not.toContain('\n');
});

test('what is declared is read once: a plug-in cannot say one thing here and another there', async () => {
  const file = join(folder, 'fickle.ts');
  writeFileSync(
    file,
    `let asked = 0;
    export default { name: 'fickle', contract: '1.0', setup: () => ({}), get routes() {
      asked += 1;
      return asked > 1 ? 5 : ['GET /fickle'];
    } };`,
  );
  const { modules } = await productWith([file]);
  expect(modules.find(({ name }) => name === 'fickle')?.routes).toEqual(['GET /fickle']);
});

test('its setup has the plug-in itself as this', async () => {
  const file = join(folder, 'own.ts');
  writeFileSync(file, `export default { name: 'own', contract: '1.0', parts: {}, setup() { return this.parts } };`);
  const { modules } = await productWith([file]);
  expect(modules.find(({ name }) => name === 'own')?.setup({} as never)).toEqual({});
});
