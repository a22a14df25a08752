/** 1 submitted, 2 pushed, 4 confirmed, 8 done, 9 cancelled. */
export type Status = 1 | 2 | 4 | 8 | 9;

/** A dish that a diner has ordered; prices in fen. */
export interface OrderedFood {
  app_food_code: string;
  sku_id: string;
  food_name: string;
  spec?: string;
  food_property?: string;
  quantity: number;
  price: number;
  box_num?: number;
  box_price?: number;
}

/** Portions of a dish that are given back. */
export interface PartFood {
  app_food_code: string;
  sku_id: string;
  count: number;
}

/** A refund of a part of an order; money in fen. */
export interface SimulatedPart {
  no: string;
  foods: PartFood[];
  money: number;
  reason: string;
  /** Who began it. */
  by: 'DINER' | 'SHOP' | 'SERVICE';
  state: 'WAITING' | 'AGREED' | 'REJECTED' | 'WITHDRAWN';
}

/** An order in Meituan's own books; money in fen, moments in epoch ms. */
export interface SimulatedOrder {
  /** Longer than a number can be. */
  orderNo: string;
  shop: string;
  status: Status;
  foods: OrderedFood[];
  shippingFee: number;
  /** What the diner has paid. */
  total: number;
  note: string;
  isPickedUp: boolean;
  /** When the diner wants it; 0 is at once. */
  deliverAt: number;
  daySeq: number;
  createdAt: number;
  /** Until when the shop may confirm it. */
  confirmBy: number;
  /** How often the shop had it confirmed. */
  confirmed: number;
  isPrepared: boolean;
  cancelled: { code: number; reason: string } | null;
  refund: { no: string; reason: string; state: 'WAITING' | 'AGREED' | 'REJECTED' | 'WITHDRAWN' } | null;
  parts: SimulatedPart[];
}

/** A size of a dish as a shop has pushed it; the price in fen. */
export interface SimulatedSku {
  id: string;
  name: string;
  price: number;
  /** Portions left; -1 for no limit. */
  stock: number;
}

/** A dish as a shop has pushed it. */
export interface SimulatedFood {
  code: string;
  name: string;
  category: string;
  skus: SimulatedSku[];
}

/** Everything that the simulator knows. */
export interface World {
  orders: Map<string, SimulatedOrder>;
  /** The dishes of shops, by their codes. */
  shops: Map<string, Map<string, SimulatedFood>>;
}

/** The day that a moment is on, in Shanghai: 20261122. */
export function dayOf(at: number): string {
  return new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Shanghai' }).format(at).replaceAll('-', '');
}

/** A shop's orders of a day. */
export function ordersOfDay({ orders }: World, shop: string, day: string): SimulatedOrder[] {
  return [...orders.values()].filter((order) => order.shop === shop && dayOf(order.createdAt) === day);
}

/** How many orders are kept: the last ones. */
const MOST = 500;

/** The books as text. */
export function textOf({ orders, shops }: World): string {
  return JSON.stringify({
    orders: [...orders].slice(-MOST),
    shops: [...shops].map(([code, foods]) => [code, [...foods]]),
  });
}

/** The books that a text is of; empty ones when it is none. */
export function worldIn(text: string | null): World {
  const books = text === null ? { orders: [], shops: [] } : JSON.parse(text);
  const shops = books.shops as [string, [string, SimulatedFood][]][];
  // Books of before there were refunds of parts have none.
  const orders = (books.orders as [string, SimulatedOrder][]).map(
    ([no, order]) => [no, { ...order, parts: order.parts ?? [] }] as const,
  );
  return { orders: new Map(orders), shops: new Map(shops.map(([code, foods]) => [code, new Map(foods)])) };
}

/** A refusal in Meituan's words. */
export class ApiError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
