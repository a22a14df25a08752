import type { Executor } from '../../kernel/executor.ts';

/** How many tickets a kitchen has open. */
const TICKETS = 6;

/**
 * Orders and kitchens that cost next to nothing: an order's state or a kitchen's tickets are there at once. `versionOf`
 * says how far the thing of a topic is.
 */
export function nearFree(versionOf: (topic: string) => number): (name: string) => Executor {
  const nobody: Executor = { execute: async () => ({ data: null }), live: async () => [] };
  const positionOf = (topic: string) => [{ topic, version: versionOf(topic) }];
  const orderTopic = (variables: Variables) => `order:${variables?.['orderId']}`;
  const kitchenTopic = (variables: Variables) => `kitchen:${variables?.['storeId']}`;

  const orders: Executor = {
    live: async ({ variables }) => positionOf(orderTopic(variables)),
    execute: async ({ variables }) => {
      const version = versionOf(orderTopic(variables));
      return { data: { orderChanged: { __typename: 'Order', state: 'PREPARING', version } } };
    },
  };
  const devices: Executor = {
    live: async ({ variables }) => positionOf(kitchenTopic(variables)),
    async execute({ variables, event }) {
      const version = event?.version ?? versionOf(kitchenTopic(variables));
      const tickets = event ? [ticket(version)] : Array.from({ length: TICKETS }, (_, index) => ticket(index));
      const change = { __typename: 'KitchenChange', snapshot: !event, version, removedIds: [], tickets };
      return { data: { kitchenChanged: change } };
    },
  };
  return (name) => ({ orders, devices })[name] ?? nobody;
}

type Variables = Readonly<Record<string, unknown>> | undefined;

function ticket(number: number) {
  const dishes = ['Beef noodles', 'Smashed cucumber'];
  return {
    __typename: 'KitchenTicket',
    id: `ticket-${number}`,
    state: 'QUEUED',
    pickupNumber: number,
    tableName: 'T12',
    channel: 'DINE_IN',
    note: null,
    createdAt: '2026-01-01T12:00:00.000Z',
    dueAt: '2026-01-01T12:15:00.000Z',
    station: { __typename: 'Station', id: 'wok', name: 'Wok' },
    order: { __typename: 'Order', id: `order-${number}` },
    lines: dishes.map((name, index) => ({
      __typename: 'TicketLine',
      id: `line-${number}-${index}`,
      name,
      specName: 'Large',
      quantity: 1 + index,
      modifiers: ['without coriander'],
      note: null,
    })),
  };
}
