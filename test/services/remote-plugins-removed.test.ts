import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { type RemoteRegistry, remoteRegistryOf, until } from '../remote-registry.ts';
import { remoteService } from '../remote-service.ts';
import { describeOnServers } from '../servers/suite.ts';

describeOnServers('a remote plug-in that is taken away while it is to be told of something', () => {
  let app: App;
  let restaurant: Restaurant;
  let counter: Counter;
  let registry: RemoteRegistry;
  beforeAll(async () => {
    app = await startApp();
    restaurant = await openRestaurant(app);
    counter = counterOf(app, restaurant);
    registry = remoteRegistryOf(app, restaurant.hq);
  }, 300_000);
  afterAll(() => app?.[Symbol.asyncDispose]());

  const sql = <Row>(statement: string) => app.sql<Row>('remote-plugins', statement);
  /** Whether a statement waits for a row of another's, as one that takes so many milliseconds here does. */
  const isWaiting = async (statement: string) => {
    const select = `select id from information_schema.processlist where info like '${statement}%' and time_ms > 200`;
    return (await sql(select)).length > 0;
  };

  test('leaves nothing to whoever has its name next', async () => {
    await using first = await remoteService();
    await using next = await remoteService();
    const register = async ({ url, webhookUrl, secrets }: typeof first) => {
      const input = { name: 'namesake', url, webhookUrl, events: ['order.paid'], scopes: ['orders:read'] };
      secrets.push((await registry.register(input)).data.registerPlugin.secret);
    };
    await register(first);

    // What it is to be told is on its way into the table, when it is taken away.
    await sql('start transaction');
    await sql("select id from webhook_delivery where plugin = 'namesake' for update");
    const { id } = await counter.placed();
    await counter.pay(restaurant.guest, id);
    await until(() => isWaiting('insert into `webhook_delivery`'));
    let isGone = false;
    const removing = registry.remove('namesake').finally(() => {
      isGone = true;
    });
    await until(async () => isGone || (await isWaiting('delete from `remote_plugin`')));
    await sql('commit');
    expect(await removing).toEqual({ data: { removePlugin: true } });
    await app.settled();

    await register(next);
    const other = await counter.paid();
    await app.runJob('remote-plugins.send');
    await next.has(1);
    const told = await sql<{ aggregate: string }>('select aggregate from webhook_delivery');
    expect(told).toEqual([{ aggregate: other.id }]);
    expect(next.came).toMatchObject([{ aggregate: other.id }]);
  });
});
