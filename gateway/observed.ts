import type { Executor } from '../kernel/executor.ts';
import { fail, inCall } from '../kernel/telemetry/trace.ts';
import { codeIn, type GatewayFigures } from './figures.ts';

/** A subgraph each of whose answers is counted, and is a part of the trace of what it was asked for. */
export function observed(name: string, executor: Executor, figures: GatewayFigures): Executor {
  return {
    ...executor,
    execute: (request) =>
      inCall(`fetch ${name}`, { 'dinegraph.subgraph': name }, async () => {
        const begin = performance.now();
        const seconds = () => (performance.now() - begin) / 1_000;
        try {
          const result = await executor.execute(request);
          figures.fetched(name, result, seconds());
          if (result.errors) fail(codeIn(result));
          return result;
        } catch (error) {
          figures.fetched(name, undefined, seconds());
          throw error;
        }
      }),
  };
}
