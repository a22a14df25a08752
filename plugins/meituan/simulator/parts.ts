import { need, type Operation, orderOf } from './operation.ts';
import type { Simulation } from './simulation.ts';
import { ApiError, type PartFood, type SimulatedOrder, type SimulatedPart } from './world.ts';

const nameOf = ({ app_food_code, sku_id }: Pick<PartFood, 'app_food_code' | 'sku_id'>) => `${app_food_code} ${sku_id}`;

/** What can still be given back of an order: each dish in a size once, with how many portions, and what one comes to. */
export function leftOf({ foods, parts, total, shippingFee }: SimulatedOrder) {
  const given = parts.filter(({ state }) => state === 'AGREED').flatMap((part) => part.foods);
  const priceOf = (one: SimulatedOrder['foods'][number]) =>
    one.price + ((one.box_num ?? 0) * (one.box_price ?? 0)) / one.quantity;
  const goods = foods.reduce((sum, food) => sum + priceOf(food) * food.quantity, 0);
  const share = goods === 0 ? 0 : Math.max(0, total - shippingFee) / goods;
  return [...Map.groupBy(foods, nameOf)].map(([name, same]) => {
    const [food] = same as [SimulatedOrder['foods'][number]];
    const gone = given.filter((one) => nameOf(one) === name).reduce((sum, { count }) => sum + count, 0);
    const count = same.reduce((sum, { quantity }) => sum + quantity, 0) - gone;
    return { ...food, count, refundPrice: priceOf(food) * share };
  });
}

/** A new refund of a part; what Meituan gives back is the dishes with their boxes, less their share of what was taken off. */
export function partOf(
  { now }: Simulation,
  order: SimulatedOrder,
  foods: readonly PartFood[],
  { by, reason }: Pick<SimulatedPart, 'by' | 'reason'>,
): SimulatedPart {
  if (order.status !== 4 && order.status !== 8) throw new ApiError(808, `the order is ${order.status}`);
  const left = leftOf(order);
  const amounts = foods.map((food) => {
    const one = left.find((dish) => nameOf(dish) === nameOf(food));
    if (!one) throw new ApiError(805, 'no such food in the order');
    if (!(Number.isInteger(food.count) && food.count >= 1)) throw new ApiError(705, 'count');
    if (food.count > one.count) throw new ApiError(808, 'so many are not left');
    return one.refundPrice * food.count;
  });
  if (foods.length === 0 || new Set(foods.map(nameOf)).size < foods.length) throw new ApiError(705, 'food_data');
  const given = order.parts.filter(({ state }) => state === 'AGREED').reduce((sum, { money }) => sum + money, 0);
  const sum = Math.round(amounts.reduce((all, amount) => all + amount, 0));
  const money = Math.min(sum, order.total - given);
  const no = String(BigInt(now()) * 100_000n + (BigInt(order.orderNo) % 1_000n) * 100n + BigInt(order.parts.length));
  const part: SimulatedPart = { no, foods: [...foods], money, reason, by, state: 'WAITING' };
  order.parts.push(part);
  return part;
}

/** Tells the shop what has become of a refund of a part. */
export function tellPart(
  { now, pushes }: Simulation,
  order: SimulatedOrder,
  { no, foods, money, reason }: SimulatedPart,
  { type, result }: { type: string; result: number },
): Promise<void> {
  const left = leftOf(order);
  const food = foods.map((one) => {
    const {
      food_name,
      spec = '',
      refundPrice,
    } = left.find((dish) => nameOf(dish) === nameOf(one)) ?? {
      food_name: '',
      refundPrice: 0,
    };
    return { ...one, food_name, spec, refund_price: Math.round(refundPrice) / 100 };
  });
  return pushes.tell('part-refund', {
    order_id: order.orderNo,
    refund_id: no,
    notify_type: type,
    res_type: String(result),
    money: (money / 100).toFixed(2),
    food: JSON.stringify(food),
    reason,
    ctime: String(Math.floor(now() / 1_000)),
    is_appeal: '0',
  });
}

/** What may be asked of parts of orders, by path. */
export const partOperations: Record<string, Operation> = {
  'order/getPartRefundFoods': {
    method: 'GET',
    answer(params, simulation) {
      const left = leftOf(orderOf(params, simulation)).filter(({ count }) => count > 0);
      return JSON.stringify(
        left.map(({ app_food_code, sku_id, food_name, spec = '', count, price, refundPrice }) => {
          const prices = { food_price: price / 100, refund_price: Math.round(refundPrice) / 100 };
          return { app_food_code, sku_id, food_name, spec, count, ...prices };
        }),
      );
    },
  },
  'order/applyPartRefund': {
    method: 'POST',
    async answer(params, simulation) {
      const order = orderOf(params, simulation);
      const reason = need(params, 'reason');
      const part = partOf(simulation, order, foodsIn(need(params, 'food_data')), { by: 'SHOP', reason });
      part.state = 'AGREED';
      await tellPart(simulation, order, part, { type: 'agree', result: 2 });
      return '"ok"';
    },
  },
};

function foodsIn(text: string): PartFood[] {
  try {
    return (JSON.parse(text) as PartFood[]).map(({ app_food_code, sku_id, count }) => ({
      app_food_code,
      sku_id,
      count,
    }));
  } catch {
    throw new ApiError(705, 'food_data');
  }
}
