import { cancel, contentOf, refundNews } from './diner.ts';
import { need, type Operation, orderOf } from './operation.ts';
import { tellPart } from './parts.ts';
import type { Simulation } from './simulation.ts';
import { ApiError, dayOf, ordersOfDay, type SimulatedOrder } from './world.ts';

const OK = '"ok"';

/** Refuses what does not fit how the order stands. */
function assertThat(fits: boolean, { status }: SimulatedOrder): void {
  if (!fits) throw new ApiError(808, `the order has moved on to ${status}`);
}

/** Answers the diner's wish for a part, if there is one that waits. */
async function answerPart(
  simulation: Simulation,
  order: SimulatedOrder,
  { state, ...news }: { state: 'AGREED' | 'REJECTED'; type: string; result: number },
): Promise<boolean> {
  const part = order.parts.find((one) => one.state === 'WAITING');
  if (!part || order.status === 9) return false;
  part.state = state;
  await tellPart(simulation, order, part, news);
  return true;
}

/** What may be asked of orders, by path. */
export const orderOperations: Record<string, Operation> = {
  'order/confirm': {
    method: 'GET',
    answer(params, simulation) {
      const order = orderOf(params, simulation);
      assertThat(order.status <= 2, order);
      order.status = 4;
      order.confirmed += 1;
      return OK;
    },
  },
  'order/cancel': {
    method: 'GET',
    async answer(params, simulation) {
      const order = orderOf(params, simulation);
      const code = Number(need(params, 'reason_code'));
      if (!(code >= 2001 && code <= 2016)) throw new ApiError(705, 'reason_code');
      assertThat(order.status <= 4, order);
      await cancel(simulation, order, code, need(params, 'reason'));
      return OK;
    },
  },
  'order/viewstatus': {
    method: 'GET',
    answer(params, simulation) {
      const { orderNo, status } = orderOf(params, simulation);
      return `{"order_id":${orderNo},"status":${status}}`;
    },
  },
  'order/getOrderDetail': {
    method: 'GET',
    answer(params, simulation) {
      const { order_id: _, wm_order_id_view: __, ...rest } = contentOf(orderOf(params, simulation));
      const number = need(params, 'order_id');
      return `{"order_id":${number},"wm_order_id_view":${number},${JSON.stringify(rest).slice(1)}`;
    },
  },
  'order/getOrderDaySeq': {
    method: 'GET',
    answer(params, { world, now }) {
      const orders = ordersOfDay(world, need(params, 'app_poi_code'), dayOf(now()));
      return `{"result":"ok","day_seq":${Math.max(0, ...orders.map(({ daySeq }) => daySeq))}}`;
    },
  },
  'order/getOrderIdByDaySeq': {
    method: 'GET',
    answer(params, { world }) {
      const orders = ordersOfDay(world, need(params, 'app_poi_code'), need(params, 'date_time'));
      const order = orders.find(({ daySeq }) => daySeq === Number(need(params, 'day_seq')));
      if (!order) throw new ApiError(806, 'no such order');
      return `{"result":"ok","order_id":${order.orderNo}}`;
    },
  },
  'order/preparationMealComplete': {
    method: 'GET',
    answer(params, simulation) {
      const order = orderOf(params, simulation);
      assertThat(order.status === 4 && !order.isPrepared, order);
      order.isPrepared = true;
      return OK;
    },
  },
  'order/refund/agree': {
    method: 'GET',
    async answer(params, simulation) {
      const order = orderOf(params, simulation);
      need(params, 'reason');
      if (await answerPart(simulation, order, { state: 'AGREED', type: 'agree', result: 2 })) return OK;
      assertThat(order.refund?.state === 'WAITING' && order.status <= 4, order);
      if (order.refund) order.refund.state = 'AGREED';
      order.status = 9;
      await simulation.pushes.tell('refund', refundNews(order, 'agree', simulation.now()));
      return OK;
    },
  },
  'order/refund/reject': {
    method: 'GET',
    async answer(params, simulation) {
      const order = orderOf(params, simulation);
      need(params, 'reason');
      if (await answerPart(simulation, order, { state: 'REJECTED', type: 'reject', result: 1 })) return OK;
      assertThat(order.refund?.state === 'WAITING', order);
      if (order.refund) order.refund.state = 'REJECTED';
      await simulation.pushes.tell('refund', refundNews(order, 'reject', simulation.now()));
      return OK;
    },
  },
};
