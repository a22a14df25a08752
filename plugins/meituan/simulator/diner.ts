import { leftOf, partOf, tellPart } from './parts.ts';
import type { Simulation } from './simulation.ts';
import { ApiError, dayOf, type OrderedFood, ordersOfDay, type PartFood, type SimulatedOrder } from './world.ts';

/** What a diner orders; money in fen. */
export interface Wish {
  shop: string;
  foods: OrderedFood[];
  shippingFee?: number;
  /** What Meituan or the shop takes off. */
  discount?: number;
  note?: string;
  isPickedUp?: boolean;
  /** Epoch ms. */
  deliverAt?: number;
}

/** The person who orders, with a telephone, and the courier. */
export interface Diner {
  /** Orders and pays: the shop is told. */
  order(wish: Wish): Promise<SimulatedOrder>;
  cancel(orderNo: string, reason?: string): Promise<void>;
  wantRefund(orderNo: string, reason?: string): Promise<void>;
  withdrawRefund(orderNo: string): Promise<void>;
  /** Wants some dishes' money back: a portion of the first one, unless told otherwise. */
  wantPart(orderNo: string, foods?: PartFood[], reason?: string): Promise<void>;
  withdrawPart(orderNo: string): Promise<void>;
  /** Meituan's service gives some dishes' money back by itself. */
  serviceRefunds(orderNo: string, foods?: PartFood[], reason?: string): Promise<void>;
  remind(orderNo: string): Promise<void>;
  /** Somebody confirms it on another terminal of the shop. */
  confirmElsewhere(orderNo: string): Promise<void>;
  /** The courier has handed it over. */
  receive(orderNo: string): Promise<void>;
}

/** Makes the person. */
export function dinerOf(simulation: Simulation): Diner {
  const { world, now, pushes } = simulation;
  let reminders = 0;
  const find = (orderNo: string): SimulatedOrder => {
    const order = world.orders.get(orderNo);
    if (!order) throw new ApiError(806, 'no such order');
    return order;
  };
  const assertOpen = ({ status }: SimulatedOrder) => {
    if (status === 8 || status === 9) throw new ApiError(808, `the order is ${status}`);
  };

  return {
    async order({ shop, foods, shippingFee = 0, discount = 0, note = '', isPickedUp = false, deliverAt = 0 }) {
      const goods = foods.reduce((sum, food) => {
        return sum + food.price * food.quantity + (food.box_num ?? 0) * (food.box_price ?? 0);
      }, 0);
      const daySeq = Math.max(0, ...ordersOfDay(world, shop, dayOf(now())).map((one) => one.daySeq)) + 1;
      const order: SimulatedOrder = {
        orderNo: numberOf(simulation),
        shop,
        status: 2,
        foods,
        shippingFee,
        total: goods + shippingFee - discount,
        note,
        isPickedUp,
        deliverAt,
        daySeq,
        createdAt: now(),
        confirmBy: now() + simulation.confirmsWithin,
        confirmed: 0,
        isPrepared: false,
        cancelled: null,
        refund: null,
        parts: [],
      };
      world.orders.set(order.orderNo, order);
      await pushes.tell('order', contentOf(order));
      return order;
    },
    async cancel(orderNo, reason = '不想要了') {
      const order = find(orderNo);
      assertOpen(order);
      await cancel(simulation, order, 1101, reason);
    },
    async wantRefund(orderNo, reason = '点错了') {
      const order = find(orderNo);
      assertOpen(order);
      const no = `${orderNo}${reminders++}`;
      order.refund = { no, reason, state: 'WAITING' };
      await pushes.tell('refund', refundNews(order, 'apply', now()));
    },
    async withdrawRefund(orderNo) {
      const order = find(orderNo);
      if (order.refund?.state !== 'WAITING') throw new ApiError(808, 'there is none');
      order.refund.state = 'WITHDRAWN';
      await pushes.tell('refund', refundNews(order, 'cancelRefund', now()));
    },
    async wantPart(orderNo, foods = portionOf(find(orderNo)), reason = '少送了') {
      const order = find(orderNo);
      if (order.parts.some(({ state }) => state === 'WAITING')) throw new ApiError(808, 'one waits already');
      const part = partOf(simulation, order, foods, { by: 'DINER', reason });
      await tellPart(simulation, order, part, { type: 'part', result: 0 });
    },
    async withdrawPart(orderNo) {
      const order = find(orderNo);
      const part = order.parts.find(({ state }) => state === 'WAITING');
      if (!part) throw new ApiError(808, 'there is none');
      part.state = 'WITHDRAWN';
      await tellPart(simulation, order, part, { type: 'cancelRefund', result: 0 });
    },
    async serviceRefunds(orderNo, foods = portionOf(find(orderNo)), reason = '客服退款') {
      const order = find(orderNo);
      const part = partOf(simulation, order, foods, { by: 'SERVICE', reason });
      part.state = 'AGREED';
      await tellPart(simulation, order, part, { type: 'agree', result: 4 });
    },
    async remind(orderNo) {
      find(orderNo);
      reminders += 1;
      const remind = { remind_id: `${now()}${reminders}`, remind_time: String(Math.floor(now() / 1_000)) };
      await pushes.tell('reminder', { order_id: orderNo, ...remind });
    },
    async confirmElsewhere(orderNo) {
      const order = find(orderNo);
      if (order.status !== 2) throw new ApiError(808, `the order is ${order.status}`);
      order.status = 4;
      await pushes.tell('confirmed', contentOf(order));
    },
    async receive(orderNo) {
      const order = find(orderNo);
      assertOpen(order);
      order.status = 8;
      await pushes.tell('completed', contentOf(order));
    },
  };
}

/** A portion of the first dish of which something is left. */
function portionOf(order: SimulatedOrder): PartFood[] {
  const [food] = leftOf(order).filter(({ count }) => count > 0);
  return food ? [{ app_food_code: food.app_food_code, sku_id: food.sku_id, count: 1 }] : [];
}

/** Cancels an order and tells the shop. */
export async function cancel(
  { pushes }: Pick<Simulation, 'pushes'>,
  order: SimulatedOrder,
  code: number,
  reason: string,
): Promise<void> {
  order.status = 9;
  order.cancelled = { code, reason };
  await pushes.tell('cancel', { order_id: order.orderNo, reason_code: String(code), reason, deal_op_type: '1' });
}

/** What a push says of a wish for a refund. */
export function refundNews({ orderNo, refund }: SimulatedOrder, type: string, now: number): Record<string, string> {
  const when = { ctime: String(Math.floor(now / 1_000)), res_type: '0', is_appeal: '0' };
  return { order_id: orderNo, notify_type: type, refund_id: refund?.no ?? '', reason: refund?.reason ?? '', ...when };
}

/** A number of eighteen digits, that no other order has. */
function numberOf({ now, world }: Simulation): string {
  let number = BigInt(now()) * 100_000n + 1n;
  while (world.orders.has(String(number))) number += 1n;
  return String(number);
}

const yuan = (fen: number) => (fen / 100).toFixed(2);

/** An order as it is pushed, and told when it is asked for. */
export function contentOf(order: SimulatedOrder): Record<string, string> {
  const { orderNo, shop, status, foods, shippingFee, total, note, isPickedUp, deliverAt, daySeq, createdAt } = order;
  const detail = foods.map(({ price, box_price = 0, box_num = 0, ...food }) => ({
    ...food,
    price: price / 100,
    box_price: box_price / 100,
    box_num,
    unit: '份',
    food_discount: 1,
    cart_id: 0,
  }));
  const seconds = (at: number) => String(Math.floor(at / 1_000));
  return {
    order_id: orderNo,
    wm_order_id_view: orderNo,
    app_poi_code: shop,
    wm_poi_name: shop,
    status: String(status),
    total: yuan(total),
    original_price: yuan(total),
    shipping_fee: yuan(shippingFee),
    caution: note,
    recipient_name: '张三(先生)',
    recipient_phone: '13812345678_1234',
    recipient_address: isPickedUp ? '到店自取' : '人民广场 1 号楼 + 2 单元 301@#上海市黄浦区',
    ctime: seconds(createdAt),
    utime: seconds(createdAt),
    delivery_time: deliverAt ? seconds(deliverAt) : '0',
    pay_type: '2',
    pick_type: isPickedUp ? '1' : '0',
    day_seq: String(daySeq),
    has_invoiced: '0',
    logistics_code: '1001',
    detail: JSON.stringify(detail),
    extras: '[]',
  };
}
