import type { OrderedLine } from './lines.ts';

/** A dish of the menu, as Query.menu tells it. */
interface MenuItem {
  id: string;
  name: string;
  specs: { id: string; name: string; price: number }[];
}

/** What a table orders: for the product by ids, and as the diner saw it. */
export interface Cart {
  lines: { menuItemId: string; specId: string; quantity: number }[];
  seen: OrderedLine[];
}

/** Lines in a cart at the most, and portions of each. */
const LINES = 3;
const PORTIONS = 2;

/** One to three dishes of the menu, one or two portions of each. */
export function fillCart(items: readonly MenuItem[]): Cart {
  const left = [...items];
  const cart: Cart = { lines: [], seen: [] };
  for (let wanted = upTo(LINES); wanted > 0 && left.length > 0; wanted--) {
    const [item] = left.splice(upTo(left.length) - 1, 1) as [MenuItem];
    const spec = item.specs[upTo(item.specs.length) - 1] as MenuItem['specs'][number];
    const quantity = upTo(PORTIONS);
    cart.lines.push({ menuItemId: item.id, specId: spec.id, quantity });
    cart.seen.push({ name: item.name, spec: spec.name, quantity, unitPrice: spec.price });
  }
  return cart;
}

/** 1 to `most`, each as likely. */
function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}
