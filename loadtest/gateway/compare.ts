// Our executor beside @apollo/gateway's own, in one process and one run: `npm run compare:gateway`.
import { isDeepStrictEqual } from 'node:util';
import { composeServices } from '@apollo/composition';
import type { GraphQLDataSource } from '@apollo/gateway';
import { type ExecutionResult, execute, parse } from 'graphql';
import { createGateway } from '../../gateway/gateway.ts';
import type { Executor } from '../../kernel/executor.ts';
import { anonymous } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { OPERATION, subgraphs } from './subgraphs.ts';

process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const { ApolloGateway } = await import('@apollo/gateway');

const ROUNDS = 9;
const TURNS = 60;

const { supergraphSdl: supergraph = '', errors: conflicts } = composeServices(
  subgraphs.map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://${name}` })),
);

if (conflicts) throw new Error(conflicts.map(({ message }) => message).join('\n'));

/** A subgraph that costs next to nothing: what it once answered it answers again, as text that has to be read. */
function answering(name: string): (query: string, variables: unknown) => Promise<ExecutionResult> {
  const { schema } = subgraphs.find((subgraph) => subgraph.name === name)!;
  const answers = new Map<string, string>();
  return async (query, variables) => {
    const key = JSON.stringify([query, variables]);
    const known = answers.get(key);
    if (known) return JSON.parse(known);
    const variableValues = variables as Record<string, unknown>;
    const text = JSON.stringify(await execute({ schema, document: parse(query), variableValues }));
    answers.set(key, text);
    return JSON.parse(text);
  };
}

const document = parse(OPERATION);
const signal = new AbortController().signal;

function ours(): () => Promise<ExecutionResult> {
  const executorOf = (name: string): Executor => {
    const answer = answering(name);
    return {
      execute: ({ query, variables = {} }) => answer(query, variables) as ReturnType<Executor['execute']>,
      live: async () => [],
    };
  };
  const gateway = createGateway({ supergraph, executorOf, live: localChannel(), log: createLog('silent') });
  const context = { identity: anonymous, verify: async () => anonymous, signal };
  return () => gateway.execute({ document, context });
}

async function stock(): Promise<() => Promise<ExecutionResult>> {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const buildService = ({ name }: { name: string }): GraphQLDataSource => {
    const answer = answering(name);
    return { process: ({ request }) => answer(request.query ?? '', request.variables ?? {}) as never };
  };
  const { schema, executor } = await new ApolloGateway({ supergraphSdl: supergraph, buildService, logger }).load();
  const asked = {
    document,
    request: { variables: {} },
    operationName: null,
    queryHash: 'comparison',
    source: OPERATION,
  };
  return () => executor({ ...asked, context: {}, metrics: {}, schema, logger } as never) as Promise<ExecutionResult>;
}

/** The CPU time of one execution, in milliseconds. */
async function cost(work: () => Promise<ExecutionResult>): Promise<number> {
  const before = process.cpuUsage();
  for (let turn = 0; turn < TURNS; turn++) JSON.stringify(await work());
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / TURNS;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const sides = { ours: ours(), stock: await stock() };
const [one, other] = [await sides.ours(), await sides.stock()];
const plain = (result: ExecutionResult) => JSON.parse(JSON.stringify(result.data));
if (!isDeepStrictEqual(plain(one), plain(other))) throw new Error('the two do not answer alike');
console.log(`one answer: ${Math.round(JSON.stringify(one).length / 1_000)} KB, the same from both`);
const costs: Record<keyof typeof sides, number[]> = { ours: [], stock: [] };
for (let round = 0; round < ROUNDS; round++)
  for (const side of ['ours', 'stock'] as const) costs[side].push(await cost(sides[side]));
const [mine, theirs] = [median(costs.ours), median(costs.stock)];
console.log(
  `CPU of one execution, median of ${ROUNDS} rounds: ours ${mine.toFixed(2)} ms, stock ${theirs.toFixed(2)} ms`,
);
console.log(`${(theirs / mine).toFixed(1)} times`);
