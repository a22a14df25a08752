import type { Simulation } from './simulation.ts';
import { ApiError, type SimulatedOrder } from './world.ts';

/** Something that a developer may ask: the answer's `data`, as JSON; or a refusal is thrown. */
export interface Operation {
  method: 'GET' | 'POST';
  answer(params: Record<string, string>, simulation: Simulation): string | Promise<string>;
}

/** A parameter that has to be there. */
export function need(params: Record<string, string>, name: string): string {
  const value = params[name];
  if (!value) throw new ApiError(701, `${name} is missing`);
  return value;
}

/** The order that a call is about. */
export function orderOf(params: Record<string, string>, { world }: Simulation): SimulatedOrder {
  const order = world.orders.get(need(params, 'order_id'));
  if (!order) throw new ApiError(806, 'no such order');
  return order;
}
