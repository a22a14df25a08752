import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { declarationOf } from '../../cli/declaration.ts';
import { type Clients, clientsOf } from '../clients.ts';
import { describeOnServers } from '../servers/suite.ts';
import { cook, demoGuest, demoStaff } from '../split/demo.ts';
import { EIGHT, type Fleet, startFleet } from '../split/fleet.ts';
import { CALL_KEYS } from '../split/servers.ts';
import looping from '../strangers/looping.ts';

/** The one key that the plug-in's process has. */
const ITS_OWN = `l@looping:${'l'.repeat(32)}`;

describeOnServers('A plug-in that is not trusted, in a process of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-not-trusted-'));
  let fleet: Fleet;
  let here: Clients;

  beforeAll(async () => {
    const declaration = join(folder, 'looping.json');
    writeFileSync(declaration, declarationOf(looping));
    fleet = await startFleet({
      shares: { product: Object.values(EIGHT).flat(), looping: ['looping'] },
      own: {
        product: { args: ['--plugin', declaration], environment: { CALL_KEYS: `${CALL_KEYS},${ITS_OWN}` } },
        looping: {
          args: ['--plugin', join(import.meta.dirname, '../strangers/looping.ts')],
          environment: { CALL_KEYS: ITS_OWN, REDIS_URL: undefined },
        },
      },
    });
    here = clientsOf(fleet.members('product')[0]!.url);
  }, 300_000);
  afterAll(async () => {
    await here?.close();
    await fleet?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  test('adds its part to the graph, and once it is caught in an endless loop costs nothing but that', async () => {
    const guest = await demoGuest(() => here);
    const chef = await demoStaff(here, 'cook');
    expect(await here.graph('{ looping }')).toEqual({ data: { looping: 'not yet' } });
    const stateOf = async (id: string) =>
      (await here.ask('query ($id: ID!) { order(id: $id) { state } }', { id }, guest.token)).order.state;
    const served = async () => {
      const id = await guest.order();
      await guest.pay(id);
      for (const step of ['STARTED', 'READY', 'SERVED']) while ((await cook(here, chef, id, step)).length === 0);
      while ((await stateOf(id)) !== 'COMPLETED');
    };
    await served();
    const stuck = async () => (await here.graph('{ looping }')).errors?.[0]?.extensions?.['code'] === 'UNAVAILABLE';
    while (!(await stuck()));
    await served();
    const { data } = await here.graph('{ looping table(code: "DEMO-A1") { name } }');
    expect(data).toEqual({ looping: null, table: { name: 'A1' } });
    expect((await fetch(`${here.url}/readyz`)).status).toBe(200);
  });
});
