import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection } from 'mysql2/promise';
import { z } from 'zod';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Identity } from '../../kernel/identity.ts';
import { newId } from '../../kernel/ids.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { definePlugin } from '../../kernel/module.ts';
import { pluginSettings } from '../../plugins/plugin-settings/index.ts';
import { describeOnServers } from '../servers/suite.ts';

const door = definePlugin({
  name: 'door',
  contract: '1.0',
  storeSettings: z
    .object({ from: z.int().default(9), until: z.int().default(22) })
    .refine(({ from, until }) => from < until, { error: 'the door opens before it closes' }),
  setup: () => ({}),
});
const headquarters: Identity = { kind: 'staff', id: newId(), scopes: ['plugins:manage'], stores: 'all' };
const SET = 'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { name } }';

describeOnServers('two people who set a plug-in at once, in two processes on one MySQL database', () => {
  const namespace = `door_${newId().replaceAll('-', '')}`;
  let replicas: Running[];

  beforeAll(async () => {
    const storage = { kind: 'mysql', url: process.env['DATABASE_URL']!, namespace } as const;
    const started = { modules: [pluginSettings, door], storage, environment: {}, clock: systemClock };
    const replica = () => ({ live: localChannel(), cache: localCache(systemClock), log: createLog('silent') });
    replicas = await Promise.all([boot({ ...started, ...replica() }), boot({ ...started, ...replica() })]);
  });

  afterAll(async () => {
    await Promise.all(replicas.map((running) => running.stop()));
    const connection = await createConnection(process.env['DATABASE_URL']!);
    await connection.query(`drop database ${namespace}_plugin_settings`);
    await connection.end();
  });

  /** Sets something at one of the processes; answers the code that it is refused with, if it is. */
  async function set(replica: number, settings: Record<string, number | null>): Promise<unknown> {
    const input = {
      name: 'door',
      settings: Object.entries(settings).map(([name, value]) => ({ name, value: value && String(value) })),
    };
    const { executor } = replicas[replica]!.modules.get('plugin-settings')!;
    const { errors } = await executor!.execute({ query: SET, variables: { input }, identity: headquarters });
    return errors?.[0]?.extensions?.['code'];
  }

  test('never set together what does not go together: one of them is told', async () => {
    for (let round = 0; round < 20; round += 1) {
      const codes = await Promise.all([set(0, { from: 20 }), set(1, { until: 15 })]);
      expect(codes.toSorted()).toEqual(['SETTING_NOT_VALID', undefined]);
      expect(await set(0, { from: null, until: null })).toBeUndefined();
    }
  });
});
