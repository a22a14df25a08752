import { randomOf } from '../../../random.ts';
import { type Answer, comparable, type Federation, federate } from '../graph.ts';
import { type Operation, randomOperation } from './operations.ts';
import { restaurant } from './restaurant.ts';

export interface CompareOptions {
  /** What the first operation is made of; the next is made of the next number. */
  seed: number;
  operations: number;
  /** How many differences are enough to stop. */
  most?: number;
  /** Told of each thousand. */
  say?(line: string): void;
}

/** Asks the gateway and the single schema the same, many times. Answers a text for each difference. */
export async function compareAll({ seed, operations, most = 3, say }: CompareOptions): Promise<string[]> {
  const graph = federate(restaurant);
  const differences: string[] = [];
  for (let index = 0; index < operations && differences.length < most; index += 1) {
    const operation = randomOperation(graph.schema, randomOf(seed + index));
    const difference = await compare(graph, operation);
    if (difference) differences.push(`seed ${seed + index}\n${difference}`);
    if (index % 1000 === 999) say?.(`${index + 1} operations, ${differences.length} differences`);
  }
  return differences;
}

async function compare(graph: Federation, { query, variables }: Operation): Promise<string | undefined> {
  const truth = await graph.askWhole(query, variables);
  const answer = await graph
    .ask(query, variables)
    .catch((error): Answer => ({ errors: [{ message: String(error.stack) }] }));
  const [wanted, found] = [comparable(truth), comparable(answer)];
  if (JSON.stringify(wanted) === JSON.stringify(found)) return undefined;
  const calls = graph.calls.map((call) => `${call.subgraph}: ${call.query} ${JSON.stringify(call.variables)}`);
  return [query, JSON.stringify(variables), ...calls, ...apart(wanted, found), JSON.stringify(answer.errors)].join(
    '\n',
  );
}

/** The lines of two answers from where they part. */
function apart(wanted: ReturnType<typeof comparable>, found: ReturnType<typeof comparable>): string[] {
  const [wantedLines, foundLines] = [wanted, found].map(({ data, nulls }) => [...data.split('\n'), ...nulls]);
  const start = wantedLines?.findIndex((line, index) => line !== foundLines?.[index]) ?? 0;
  const from = Math.max(0, start - 3);
  const show = (lines: string[] = []) => lines.slice(from, from + 12).join('\n');
  return [`wanted, from line ${from}:`, show(wantedLines), 'found:', show(foundLines)];
}
