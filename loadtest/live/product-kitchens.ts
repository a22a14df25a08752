import { newId } from '../../kernel/ids.ts';
import { kitchenTopic } from '../../subgraphs/devices/service/feed.ts';
import type { Graph, Prepared, Scene } from './messages.ts';
import type { Stage } from './product-graph.ts';
import { openSessions, type Somebody } from './product-people.ts';

/** How many tickets each kitchen has open. */
const TICKETS = 6;
const DISHES = ['Beef noodles', 'Smashed cucumber'];

/** Kitchens with some open tickets, each shown by screens that are paired with their stores. */
export async function kitchensScene(
  stage: Stage,
  { things, clients }: Scene,
): Promise<Prepared & Pick<Graph, 'change'>> {
  const kitchens = Array.from({ length: things }, () => ({
    storeId: newId(),
    stationId: newId(),
    tickets: Array.from({ length: TICKETS }, () => newId()),
    version: 1,
  }));
  type Kitchen = (typeof kitchens)[number];
  const screens = Array.from({ length: clients }, (_, number): Somebody => {
    const { storeId } = kitchens[number % things] as Kitchen;
    return { kind: 'device', id: newId(), scopes: ['kitchen:read', 'kitchen:work'], stores: [storeId] };
  });
  await stage.write('devices', async (tx) => {
    const insert = (table: string, row: Readonly<Record<string, unknown>>) =>
      tx.em.execute(
        `insert into ${table} (${Object.keys(row)}) values (${Object.keys(row).map(() => '?')})`,
        Object.values(row),
      );
    const now = Date.now();
    for (const { storeId: store_id, stationId: station_id, tickets } of kitchens) {
      await insert('kitchen', { store_id, version: 1, default_station_id: station_id });
      await insert('station', { id: station_id, store_id, name: 'Wok' });
      for (const [number, id] of tickets.entries()) {
        const times = { created_at: now, due_at: now + 900_000 };
        const what = { state: 'QUEUED', pickup_number: number, channel: 'DINE_IN', table_name: 'T12' };
        await insert('kitchen_ticket', { id, store_id, station_id, order_id: newId(), ...what, ...times });
        for (const [position, name] of DISHES.entries()) {
          const line = { position, name, spec_name: 'Large', quantity: 1, modifiers: '["without coriander"]' };
          await insert('ticket_line', { id: newId(), ticket_id: id, ...line });
        }
      }
    }
    for (const { id, stores } of screens as Extract<Somebody, { kind: 'device' }>[])
      await insert('paired_device', { id, store_id: stores[0], name: 'Screen', pair_by: now, paired_at: now });
  });
  return {
    ids: kitchens.map(({ storeId }) => storeId),
    tokens: await openSessions(stage, screens),
    async change(index) {
      const kitchen = kitchens[index] as Kitchen;
      const version = ++kitchen.version;
      const ticketIds = [kitchen.tickets[version % TICKETS]];
      await stage.write('devices', async (tx) => {
        await tx.em.execute('update kitchen set version = ? where store_id = ?', [version, kitchen.storeId]);
        stage.module('devices').host.publish(tx, kitchenTopic(kitchen.storeId), version, { ticketIds });
      });
      return version;
    },
  };
}
