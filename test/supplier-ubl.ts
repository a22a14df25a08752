import { modules } from '../cli/modules.ts';
import { type Clock, SECOND } from '../kernel/clock.ts';
import { type Simulator, startSimulator } from '../plugins/supplier-ubl/simulator/index.ts';
import { type App, type AppOptions, startApp, type TestClock, testClock } from './app.ts';
import type { Answer } from './clients.ts';
import { headquarters, type Person, staff } from './people.ts';
import { key, openShop, type Shop, write } from './shop.ts';

/** A field's answer. A test reads what was selected. */
// biome-ignore lint/suspicious/noExplicitAny: as it says
export type Told = any;

/** What a purchase order is read for. */
const PURCHASE = `id state version reference reason total currency orderedAt
  lines { line name packs packQuantity price reason }
  despatches { id number receivedAt lines { id line lot bestBefore shipped received } }
  invoices { id number net tax total state decidedBy note differences { line kind expected billed } }
  differences { line name ordered confirmed shipped received billed differs }`;

/** A flour mill beside the product, which outlives it; where its documents go is set. */
export interface FlourMill extends AsyncDisposable {
  readonly simulator: Simulator;
  environment: NodeJS.ProcessEnv;
  /** Its documents go to this app from now on. */
  documentsTo(app: Pick<App, 'url'>): void;
}

/** Starts a mill by the same clock as the product's; the product knows others beside it, by their accounts. */
export async function startMill(clock: Clock, others: object = {}): Promise<FlourMill> {
  let app: Pick<App, 'url'> | undefined;
  const address = () => app && `${app.url}/webhooks/supplier-ubl/flour-mill`;
  const simulator = await startSimulator({ clock, address });
  const accounts = { 'flour-mill': simulator.account, ...others };
  return {
    simulator,
    environment: { SUPPLIER_UBL_SUPPLIERS: JSON.stringify(accounts), SUPPLIER_UBL_TIMEOUT_SECONDS: '1' },
    documentsTo(next) {
      app = next;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** A store that buys flour by the sack of 25 kg for 128.00, and eggs by the tray of 30 for 24.50. */
export interface BakeryFacts {
  hq: Person;
  manager: Person;
  shop: Shop;
  supplierId: string;
  products: { flour: string; eggs: string };
  stock: { flour: string; eggs: string };
}

/** Opens the store, and has it know the mill. */
export async function foundBakery(app: App): Promise<BakeryFacts> {
  const hq = await headquarters(app);
  const shop = await openShop(app, hq);
  const { storeId } = shop;
  const manager = await staff(app, hq, 'MANAGER', [storeId]);
  const keep = async (name: string, unit: string) => {
    const input = { idempotencyKey: key(), storeId, name, unit };
    return (await write(app, manager, 'createStockItem', 'CreateStockItemInput', input, 'id')).id as string;
  };
  const stock = { flour: await keep('Flour', 'GRAM'), eggs: await keep('Eggs', 'PIECE') };
  const own = { idempotencyKey: key(), name: 'Flour mill', provider: 'ubl', account: 'flour-mill', currency: 'CNY' };
  const supplierId = (await write(app, hq, 'createSupplier', 'CreateSupplierInput', own, 'id')).id as string;
  const sell = async (stockItemId: string, code: string, name: string, packQuantity: number, price: number) => {
    const input = { supplierId, stockItemId, code, name, packQuantity, price };
    return (await write(app, manager, 'setSupplierProduct', 'SetSupplierProductInput', input, 'id')).id as string;
  };
  const products = {
    flour: await sell(stock.flour, 'FLOUR-25', 'Wheat flour, sack of 25 kg', 25_000, 12_800),
    eggs: await sell(stock.eggs, 'EGG-30', 'Eggs, tray of 30', 30, 2_450),
  };
  return { hq, manager, shop, supplierId, products, stock };
}

/** What the store's people do, through the public graph. */
export type Buyer = ReturnType<typeof buyerOf>;

/** The store's people at an app. */
export function buyerOf(app: App, { manager, shop, supplierId, products, stock }: BakeryFacts) {
  const { storeId } = shop;
  /** Runs a mutation of one input as somebody; answers with what it made, or the code of its error. */
  const act = async (who: Person, field: string, type: string, input: object, select = 'id'): Promise<Told> => {
    const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`;
    const { data, errors }: Answer = await app.graph(query, { input }, who.token);
    return errors?.[0]?.extensions.code ?? data[field];
  };
  /** Drafts an order of so many sacks and trays. */
  const draft = (sacks: number, trays = 0, more: object = {}): Promise<Told> => {
    const lines = [
      { productId: products.flour, packs: sacks },
      ...(trays > 0 ? [{ productId: products.eggs, packs: trays }] : []),
    ];
    const input = { idempotencyKey: key(), storeId, supplierId, lines, ...more };
    return act(manager, 'draftPurchaseOrder', 'DraftPurchaseOrderInput', input, PURCHASE);
  };
  /** Sends an order; the key is a new one each time unless it is given. */
  const send = (purchaseOrderId: string, idempotencyKey = key()): Promise<Told> =>
    act(manager, 'sendPurchaseOrder', 'PurchaseOrderInput', { idempotencyKey, purchaseOrderId }, PURCHASE);
  const seen = async (id: string): Promise<Told> =>
    (await app.ask(`query ($id: ID!) { purchaseOrder(id: $id) { ${PURCHASE} } }`, { id }, manager.token)).purchaseOrder;
  return {
    act,
    draft,
    send,
    seen,
    order: async (sacks: number, trays = 0): Promise<Told> => send((await draft(sacks, trays)).id),
    /** Takes the deliveries in that were not yet, as they were sent or as they were counted by lot. */
    async receive(id: string, counted: Record<string, number> = {}): Promise<Told> {
      for (const { id: despatchId, receivedAt, lines } of (await seen(id)).despatches) {
        if (receivedAt) continue;
        const changed = lines.flatMap((line: Told) =>
          line.lot in counted ? [{ despatchLineId: line.id, quantity: counted[line.lot] }] : [],
        );
        const input = { idempotencyKey: key(), despatchId, counted: changed };
        await write(app, manager, 'receiveGoods', 'ReceiveGoodsInput', input, 'id');
      }
      return seen(id);
    },
    /** What lies in the store, in grams and pieces. */
    async levels(): Promise<[flour: number, eggs: number]> {
      const query = 'query ($storeId: ID!) { stockItems(storeId: $storeId) { edges { node { id onHand } } } }';
      const { stockItems } = await app.ask(query, { storeId }, manager.token);
      const onHand = (id: string) => stockItems.edges.find(({ node }: Told) => node.id === id).node.onHand;
      return [onHand(stock.flour), onHand(stock.eggs)];
    },
  };
}

/** The store with its people, on a product of menu, members, inventory and the plug-in, and the mill beside it. */
export interface Bakery extends BakeryFacts, Buyer, AsyncDisposable {
  app: App;
  mill: FlourMill;
  clock: TestClock;
  /** Sends again what is on its way, half a minute later. */
  resend(): Promise<void>;
}

/** Opens the bakery. */
export async function openBakery(
  options: Pick<AppOptions, 'environment' | 'dataDir'> & { accounts?: object } = {},
): Promise<Bakery> {
  await using opening = new AsyncDisposableStack();
  const clock = testClock();
  const mill = opening.use(await startMill(clock, options.accounts));
  const wanted = ['menu', 'members', 'inventory', 'supplier-ubl'];
  const environment = { MEMBERS_ACCESS_MINUTES: '120', ...mill.environment, ...options.environment };
  const needed = modules.filter(({ name }) => wanted.includes(name));
  const app = opening.use(await startApp({ ...options, modules: needed, clock, environment }));
  mill.documentsTo(app);
  const facts = await foundBakery(app);
  const open = opening.move();
  return {
    app,
    mill,
    clock,
    ...facts,
    ...buyerOf(app, facts),
    async resend() {
      clock.advance(30 * SECOND);
      await app.runJob('inventory.resendPurchases');
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
