import { type ExecutionResult, GraphQLError } from 'graphql';
import type { ExecuteArgs } from '../context.ts';
import type { Gateway } from '../gateway.ts';
import { inTime, timedOut } from './deadline.ts';
import type { Gate } from './gate.ts';
import type { Named } from './persisted.ts';

/** A gateway behind its guards. What they refuse is an answer with errors. */
export interface Guarded {
  execute(args: ExecuteArgs, named?: Named): Promise<ExecutionResult>;
  subscribe(args: ExecuteArgs, named?: Named): ReturnType<Gateway['subscribe']>;
}

/** Puts a gateway behind its guards. */
export function guarded(gateway: Gateway, gate: Gate): Guarded {
  const { requestTimeoutMs: limit } = gate.guards;
  const refused = (error: unknown) => {
    if (error instanceof GraphQLError) return { errors: gate.shown([error]) };
    throw error;
  };
  return {
    async execute(args, named) {
      try {
        await gate.admit(gateway, args, named);
        return await inTime<ExecutionResult>(
          limit,
          args.context.signal,
          (signal) => gateway.execute({ ...args, context: { ...args.context, signal } }),
          () => timedOut(limit),
        );
      } catch (error) {
        return refused(error);
      }
    },
    async subscribe(args, named) {
      try {
        await gate.admit(gateway, args, named);
        // Only its beginning has a limit; what begins too late ends at once.
        const beginning = gateway.subscribe(args);
        const late = () => {
          beginning.then(end, () => undefined);
          return timedOut(limit);
        };
        return await inTime<Awaited<typeof beginning>>(limit, args.context.signal, () => beginning, late);
      } catch (error) {
        return refused(error);
      }
    },
  };
}

async function end(begun: Awaited<ReturnType<Gateway['subscribe']>>): Promise<void> {
  if (Symbol.asyncIterator in begun) await begun[Symbol.asyncIterator]().return?.();
}
