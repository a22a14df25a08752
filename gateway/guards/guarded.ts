import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from '../../kernel/log.ts';
import { fail, inSpan, note } from '../../kernel/telemetry/trace.ts';
import type { ExecuteArgs, GraphContext } from '../context.ts';
import { countedAs } from '../counted.ts';
import { codeIn, isFailure } from '../figures.ts';
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
export function guarded(gateway: Gateway, gate: Gate, log: Logger): Guarded {
  const { requestTimeoutMs: limit } = gate.guards;
  const refused = (error: unknown) => {
    if (error instanceof GraphQLError) return { errors: gate.shown([error]) };
    throw error;
  };
  /** An operation whose planning is counted. */
  const counting = (args: ExecuteArgs, more: Partial<GraphContext> = {}): ExecuteArgs => {
    const { context } = args;
    return { ...args, context: { ...context, ...more, mayPlan: (selections) => gate.mayPlan(context, selections) } };
  };
  /** Lets an operation in, and has it counted and traced, whatever comes of it. */
  const admitted = <T>(args: ExecuteArgs, named: Named | undefined, work: () => Promise<T>) => {
    const operation = countedAs(gateway.schema, args.document, args.operationName);
    const { type, name, field } = operation;
    const noted = { 'graphql.operation.type': type, 'graphql.operation.name': name, 'graphql.field': field };
    // By its field and not by its name, of which clients may make up any number.
    return inSpan(type ? `${type} ${field}` : 'operation', noted, async () => {
      const begin = performance.now();
      const result = await gate.admit(gateway, args, named).then(work).catch(refused);
      const milliseconds = performance.now() - begin;
      const code = codeIn(result, args.context.signal);
      gateway.figures.answered(operation, code, milliseconds / 1_000);
      note({ 'dinegraph.code': code });
      if (isFailure(code)) fail(code);
      log.debug({ type, operation: name, field, code, milliseconds }, 'an operation was answered');
      return result;
    });
  };

  return {
    execute: (args, named) =>
      admitted(args, named, () =>
        inTime<ExecutionResult>(
          limit,
          args.context.signal,
          (signal) => gateway.execute(counting(args, { signal })),
          () => timedOut(limit),
        ),
      ),
    subscribe: (args, named) =>
      admitted(args, named, () => {
        // Only its beginning has a limit; what begins too late ends at once.
        const beginning = gateway.subscribe(counting(args));
        const late = () => {
          beginning.then(end, () => undefined);
          return timedOut(limit);
        };
        return inTime<Awaited<typeof beginning>>(limit, args.context.signal, () => beginning, late);
      }),
  };
}

async function end(begun: Awaited<ReturnType<Gateway['subscribe']>>): Promise<void> {
  if (Symbol.asyncIterator in begun) await begun[Symbol.asyncIterator]().return?.();
}
