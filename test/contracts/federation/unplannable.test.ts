import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createGateway } from '../../../gateway/gateway.ts';
import { anonymous } from '../../../kernel/identity.ts';
import { localChannel } from '../../../kernel/live/live.ts';
import { createLog } from '../../../kernel/log.ts';
import { composeWorld } from './graph.ts';

const composed = composeWorld({
  subgraphs: {
    menu: 'type Query { dish: Dish } type Dish @key(fields: "id") { id: ID! name: String }',
    stock: 'type Dish @key(fields: "id") { id: ID! left: Int }',
  },
});
/** As somebody may have written it by hand: nothing says how the stock of a dish is found. */
const broken = composed.replace('@join__type(graph: STOCK, key: "id")', '@join__type(graph: STOCK)');

test('what the planner cannot plan is logged with its reason, once, and refused each time; the rest is answered', async () => {
  const log = createLog('silent');
  const warned: unknown[] = [];
  log.warn = ((details: unknown) => void warned.push(details)) as typeof log.warn;
  const execute = async () => ({ data: { dish: { name: 'Soup' } } });
  const gateway = createGateway({
    supergraph: broken,
    executorOf: () => ({ execute, live: async () => [] }),
    live: localChannel(),
    log,
  });
  const context = { identity: anonymous, signal: new AbortController().signal, verify: async () => anonymous };
  const document = parse('query Left { dish { left } }');
  for (let time = 0; time < 3; time += 1)
    await expect(gateway.execute({ document, context })).rejects.toMatchObject({
      extensions: { code: 'NOT_AVAILABLE' },
    });
  expect(warned).toEqual([{ error: expect.any(Error), operation: 'Left' }]);
  expect(await gateway.execute({ document: parse('{ dish { name } }'), context })).toEqual({
    data: { dish: { name: 'Soup' } },
  });
});
