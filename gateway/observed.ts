import type { Executor } from '../kernel/executor.ts';
import { fail, inCall } from '../kernel/telemetry/trace.ts';
import { codeIn, type GatewayFigures, isFailure } from './figures.ts';

/** A subgraph each of whose answers is counted, and is a part of the trace of what it was asked for. */
export function observed(name: string, executor: Executor, figures: GatewayFigures): Executor {
  return {
    ...executor,
    execute: (request) =>
      inCall(`fetch ${name}`, { 'dinegraph.subgraph': name }, async () => {
        const begin = performance.now();
        let code = 'UNAVAILABLE';
        try {
          const result = await executor.execute(request);
          code = codeIn(result, request.signal);
          return result;
        } finally {
          figures.fetched(name, code, (performance.now() - begin) / 1_000);
          if (isFailure(code)) fail(code);
        }
      }),
  };
}
