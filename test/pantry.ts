import { modules } from '../cli/modules.ts';
import { defineModule } from '../kernel/module.ts';
import type { OrderCancelled, OrderPaid } from '../schema/events.ts';
import { type App, startApp } from './app.ts';
import { headquarters, type Person, staff } from './people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from './shop.ts';

/** Stands in for orders: says that an order was paid or cancelled, as often as it is told to. */
const till = defineModule({
  name: 'till',
  emits: ['order.paid', 'order.cancelled'],
  internal: `
    type Query { open: Boolean! }
    type Mutation {
      pay(orderId: ID!, version: Int!): Boolean!
      cancel(orderId: ID!, version: Int!, restock: Boolean!): Boolean!
    }
  `,
  setup: (host) => {
    type Args = { orderId: string; version: number; restock: boolean };
    const say = (name: 'order.paid' | 'order.cancelled') => async (_: unknown, args: Args) => {
      const { orderId, version, restock } = args;
      const payload = { orderId, restock } as OrderPaid & OrderCancelled;
      await host.transact(host.context(), (tx) => host.emit(tx, name, { aggregate: orderId, version }, payload));
      return true;
    };
    return { internal: { Mutation: { pay: say('order.paid'), cancel: say('order.cancelled') } } };
  },
});

/** So many portions of a dish, in its first size when none is named. */
export const portions = (dish: ListedDish, quantity: number, specId = Object.values(dish.specs)[0] ?? '') => ({
  menuItemId: dish.menuItemId,
  specId,
  quantity,
});

/** What came of a hold. */
interface Held {
  held: boolean;
  shortages: { menuItemId: string; requested: number; available: number }[];
}

/** Amounts by the ids of stock items. */
type Amounts = Record<string, number>;

/** A store's stock room with its manager, and an order desk that holds, pays and cancels. */
export interface Pantry extends AsyncDisposable {
  app: App;
  hq: Person;
  manager: Person;
  shop: Shop;
  /** Something new that the shop keeps; answers with its id. */
  keep(name: string, onHand: number): Promise<string>;
  /** A new dish with these sizes (one, R) that takes so much of these stock items. */
  dish(takes: Amounts, sizes?: string[]): Promise<ListedDish>;
  /** Sets what a dish takes, in all sizes or in one. */
  cook(dish: ListedDish, takes: Amounts, specId?: string): Promise<unknown>;
  /** Records a move; answers with the item's levels. */
  move(stockItemId: string, kind: string, quantity: number, more?: object): Promise<{ onHand: number }>;
  /** What lies in the store and what of it is reserved, for each of these stock items. */
  levels(...ids: string[]): Promise<[onHand: number, reserved: number][]>;
  portionsLeft(dish: ListedDish, specId?: string): Promise<number | null>;
  hold(orderId: string, ...lines: ReturnType<typeof portions>[]): Promise<Held>;
  shortages(...lines: ReturnType<typeof portions>[]): Promise<Held['shortages']>;
  release(orderId: string): Promise<void>;
  /** Says that an order was paid; resolves when it has been heard. */
  pay(orderId: string, version?: number): Promise<void>;
  cancel(orderId: string, restock: boolean, version?: number): Promise<void>;
  /** The stock items whose levels are not what the ledger and the open reservations add up to. */
  unsound(): Promise<unknown[]>;
}

/** Opens a stock room on a product of menu, members and inventory. */
export async function openPantry(): Promise<Pantry> {
  const needed = modules.filter(({ name }) => ['menu', 'members', 'inventory'].includes(name));
  // Closes the product again should something below fail.
  await using opening = new AsyncDisposableStack();
  const app = opening.use(await startApp({ modules: [...needed, till] }));
  const hq = await headquarters(app);
  const shop = await openShop(app, hq);
  const manager = await staff(app, hq, 'MANAGER', [shop.storeId]);
  const { storeId } = shop;
  const settled = async (said: Promise<unknown>) => {
    await said;
    await app.settled();
  };
  const cook: Pantry['cook'] = ({ menuItemId }, takes, specId) => {
    const ingredients = Object.entries(takes).map(([stockItemId, quantity]) => ({ stockItemId, quantity }));
    const input = { storeId, menuItemId, specId, ingredients };
    return write(
      app,
      manager,
      'setRecipe',
      'SetRecipeInput',
      input,
      'specId ingredients { quantity stockItem { id } }',
    );
  };

  const open = opening.move();
  return {
    app,
    hq,
    manager,
    shop,
    cook,
    async keep(name, onHand) {
      const input = { idempotencyKey: key(), storeId, name: `${name} ${key()}`, unit: 'GRAM', onHand };
      return (await write(app, manager, 'createStockItem', 'CreateStockItemInput', input, 'id')).id;
    },
    async dish(takes, sizes = ['R']) {
      const made = await addDish(app, hq, shop, `Dish ${key()}`, Object.fromEntries(sizes.map((size) => [size, 1000])));
      await cook(made, takes);
      return made;
    },
    move(stockItemId, kind, quantity, more = {}) {
      const input = { idempotencyKey: key(), stockItemId, kind, quantity, ...more };
      return write(app, manager, 'moveStock', 'MoveStockInput', input, 'onHand reserved available');
    },
    async levels(...ids) {
      const query = `query ($storeId: ID!) {
        stockItems(storeId: $storeId, first: 100) { edges { node { id onHand reserved } } }
      }`;
      const { stockItems } = await app.ask(query, { storeId }, manager.token);
      const nodes = stockItems.edges.map(({ node }: { node: { id: string } }) => node);
      return ids.map((wanted) => {
        const { onHand, reserved } = nodes.find(({ id }: { id: string }) => id === wanted);
        return [onHand, reserved];
      });
    },
    async portionsLeft({ menuItemId }, specId) {
      const query = 'query ($id: ID!, $specId: ID) { menuItem(id: $id) { portionsLeft(specId: $specId) } }';
      return (await app.ask(query, { id: menuItemId, specId })).menuItem.portionsLeft;
    },
    async hold(orderId, ...lines) {
      const query = `mutation ($orderId: ID!, $storeId: ID!, $lines: [HoldLineInput!]!) {
        holdStock(orderId: $orderId, storeId: $storeId, lines: $lines) { held shortages { menuItemId requested available } }
      }`;
      return (await app.internal<{ holdStock: Held }>('inventory', query, { orderId, storeId, lines })).holdStock;
    },
    async shortages(...lines) {
      const query = `query ($storeId: ID!, $lines: [HoldLineInput!]!) {
        shortages(storeId: $storeId, lines: $lines) { menuItemId requested available }
      }`;
      return (await app.internal<Held>('inventory', query, { storeId, lines })).shortages;
    },
    async release(orderId) {
      await app.internal('inventory', 'mutation ($orderId: ID!) { releaseStock(orderId: $orderId) }', { orderId });
    },
    pay(orderId, version = 2) {
      const query = 'mutation ($orderId: ID!, $version: Int!) { pay(orderId: $orderId, version: $version) }';
      return settled(app.internal('till', query, { orderId, version }));
    },
    cancel(orderId, restock, version = 3) {
      const query = `mutation ($orderId: ID!, $version: Int!, $restock: Boolean!) {
        cancel(orderId: $orderId, version: $version, restock: $restock)
      }`;
      return settled(app.internal('till', query, { orderId, version, restock }));
    },
    async unsound() {
      await app.settled();
      return app.sql(
        'inventory',
        `select * from stock_item i
         where on_hand <> (select coalesce(sum(quantity), 0) from stock_move m where m.stock_item_id = i.id)
            or reserved <> (select coalesce(sum(l.quantity), 0)
                            from reservation_line l join reservation r on r.order_id = l.order_id
                            where l.stock_item_id = i.id and r.state = 'HELD')
            or reserved < 0 or on_hand < reserved`,
      );
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
