import { expect, test } from '@jest/globals';
import { demoPeople } from '../../cli/demo/people.ts';
import { ensureDemo } from '../../cli/demo/seed.ts';
import { startApp } from '../app.ts';
import { signInStaff } from '../people.ts';
import { putOnScale } from '../scales.ts';
import { key, write } from '../shop.ts';

const BY_WEIGHT = `query ($storeId: ID!) {
  scales(storeId: $storeId) { id }
  menu(storeId: $storeId) { categories { items { id portionsLeft specs { id perGrams } } } }
}`;

test('a stranger puts beef on the demonstration’s scale, and it is on the bill and off the stock by its weight', async () => {
  await using app = await startApp();
  const { storeId, tableCode } = await ensureDemo(app.product, undefined);
  const waiter = await signInStaff(app, demoPeople.waiter.name, demoPeople.waiter.pin);
  const look = async () => {
    const { scales, menu } = await app.ask(BY_WEIGHT, { storeId }, waiter.token);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
    const items: any[] = menu.categories.flatMap(({ items }: { items: object[] }) => items);
    return { scaleId: scales[0].id, beef: items.find(({ specs }) => specs[0].perGrams !== null) };
  };
  const { scaleId, beef } = await look();
  expect(beef.specs[0].perGrams).toBe(500);
  await putOnScale(app, { grams: 326 });
  const weighing = await write(app, waiter, 'weigh', 'WeighInput', { idempotencyKey: key(), scaleId }, 'id grams');
  const lines = [{ menuItemId: beef.id, specId: beef.specs[0].id, quantity: 1, weighingId: weighing.id }];
  const cart = { storeId, tableCode, lines };
  const { quote } = await app.ask(
    'query ($cart: CartInput!) { quote(input: $cart) { ... on Quote { id total } } }',
    { cart },
    waiter.token,
  );
  // 326 g at 68.00 for 500 g: 44.336.
  expect(quote.total).toBe(4434);
  const { placeOrder } = await app.ask(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { ... on Order { total lines { grams } } } }',
    { input: { idempotencyKey: key(), cart, quoteId: quote.id, total: quote.total } },
    waiter.token,
  );
  expect(placeOrder).toEqual({ total: 4434, lines: [{ grams: 326 }] });
  expect((await look()).beef.portionsLeft).toBe(beef.portionsLeft - 326);
});
