import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type GraphQLFormattedError, parse, validate } from 'graphql';
import { createGateway } from '../../gateway/gateway.ts';
import { readSupergraph } from '../../gateway/plan/supergraph.ts';
import type { GraphRequest } from '../../kernel/executor.ts';
import { anonymous, type OuterIdentity, unverified } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { type App, startApp } from '../app.ts';
import { diner, withScopes } from './guarded.ts';

const supergraph = readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8');

/** For each field that our own graph guards, an operation that asks for it. */
const guardedFields: Record<string, string> = {
  'Query.staff': '{ staff { edges { node { id } } } }',
  'Mutation.createStaff': `mutation {
    createStaff(input: { idempotencyKey: "k", name: "Han Meimei", pin: "4711", role: COOK, storeIds: ["1"] }) { id }
  }`,
  'Mutation.updateStaff': 'mutation { updateStaff(input: { id: "nobody" }) { id } }',
  'Mutation.adjustPoints':
    'mutation { adjustPoints(input: { idempotencyKey: "k", dinerId: "1", points: 5, reason: "gift" }) { balance } }',
  'Mutation.signOut': 'mutation { signOut }',
};

/** The gateway over an app's modules, and which of them were asked. */
function gatewayOver(app: App) {
  const asked: string[] = [];
  const executorOf = (name: string) => {
    const { execute, live } = app.subgraph(name);
    return {
      live,
      execute(request: GraphRequest) {
        asked.push(name);
        return execute(request);
      },
    };
  };
  const surroundings = { live: localChannel(), log: createLog('silent') };
  const gateway = createGateway({ supergraph, executorOf, ...surroundings });
  return { gateway, asked };
}

type Answer = { errors?: readonly Pick<GraphQLFormattedError, 'message' | 'extensions'>[] | undefined };
const told = ({ errors = [] }: Answer) => errors.map(({ message, extensions }) => [extensions?.['code'], message]);

test('what our own graph guards is what the module refuses in any case, to the same callers and in the same words', async () => {
  await using app = await startApp();
  const { gateway, asked } = gatewayOver(app);
  expect([...readSupergraph(supergraph).demands.keys()].sort()).toEqual(Object.keys(guardedFields).sort());
  const callers: OuterIdentity[] = [anonymous, unverified, diner, withScopes('orders:read')];
  let refused = 0;
  for (const [field, query] of Object.entries(guardedFields)) {
    const document = parse(query);
    expect(validate(gateway.schema, document)).toEqual([]);
    for (const identity of callers) {
      const byModule = told(await app.subgraph('members').execute({ query, identity }));
      asked.length = 0;
      const context = { identity, verify: async () => identity, signal: new AbortController().signal };
      const byGateway = told(await gateway.execute({ document, context }));
      expect([field, identity.kind, byGateway]).toEqual([field, identity.kind, byModule]);
      expect(asked).toEqual(byModule.length > 0 ? [] : ['members']);
      refused += byModule.length;
    }
  }
  // All but whoever is signed in, and signs out.
  expect(refused).toBe(18);
  gateway.endSubscriptions();
});
