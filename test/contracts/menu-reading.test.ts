import { expect, jest, test } from '@jest/globals';
import { startApp } from '../app.ts';
import { headquarters } from '../people.ts';
import { openShop, write } from '../shop.ts';

test('a menu of fifty dishes is read with a dozen queries', async () => {
  await using app = await startApp();
  const hq = await headquarters(app);
  const { storeId } = await openShop(app, hq);
  const rows = Array.from({ length: 100 }, (_, row) => ({
    row: row + 1,
    name: `Dish ${row >> 1}`,
    spec: row % 2 ? 'Large' : 'Small',
    price: row,
  }));
  await write(app, hq, 'importMenu', 'ImportMenuInput', { storeId, rows }, 'dishesCreated');
  // What others are told of the new menu is read from the same database.
  await app.settled();
  const connection = app.product.running.modules.get('menu')?.database.orm.em.getConnection();
  if (!connection) throw new Error('there is no menu');
  const queries = jest.spyOn(connection, 'execute');
  const { menu } = await app.ask(
    'query ($id: ID!) { menu(storeId: $id) { categories { items { name specs { name price(channel: DINE_IN) } } } } }',
    { id: storeId },
  );
  expect(menu.categories[0].items).toHaveLength(50);
  expect(queries.mock.calls.length).toBeLessThanOrEqual(12);
});
