import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { badInput } from '../../kernel/errors.ts';
import { note } from '../../kernel/telemetry/trace.ts';
import { codeIn, type GatewayFigures } from '../figures.ts';
import type { YogaContext } from '../http.ts';
import { assertNotFromForm } from './csrf.ts';
import type { Gate } from './gate.ts';
import { statusOf } from './refusal.ts';
import { parseWithin } from './text.ts';

/** What yoga carries along with an operation. */
interface WithParams {
  params: object;
}

/** Has requests and operations pass the guards that come before validation, and shows refusals as HTTP does. */
export function guardPlugin(gate: Gate, figures: GatewayFigures): Plugin {
  const modest = new WeakSet<DocumentNode>();
  /** What clients sent that was carried out, and so is counted as what it is; the answers to it are copies by the end. */
  const carriedOut = new WeakSet<object>();
  const answers = new WeakSet<object>();
  const wasCarriedOut = ({ args }: { args: { contextValue?: unknown } }) => {
    carriedOut.add((args.contextValue as WithParams).params);
  };
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      assertNotFromForm(request);
      if (requestParser) setRequestParser((given) => readBy(requestParser, given));
    },
    async onParams({ params, setParams }) {
      const { operationName, variables, query: given } = params ?? {};
      const query = await gate.textOf(params ?? {});
      if (query && query !== given) setParams({ query, operationName, variables } as typeof params);
    },
    onParse({ context, setParseFn }) {
      const { address, graph } = context as YogaContext;
      // What has been read is remembered, and does not come here again.
      setParseFn((source, options) => {
        gate.countReading(address ?? graph?.address, typeof source === 'string' ? source.length : source.body.length);
        return parseWithin(source, options, gate.guards);
      });
      return ({ result, replaceParseResult }) => {
        const document = result as DocumentNode | Error;
        if (document instanceof Error || modest.has(document)) return;
        try {
          gate.assertModest(document);
          modest.add(document);
        } catch (error) {
          replaceParseResult(error as Error);
        }
      };
    },
    onValidate:
      () =>
      ({ result, setResult }) =>
        setResult([...gate.shown(result as readonly GraphQLError[])]),
    onExecute: () => ({ onExecuteDone: wasCarriedOut }),
    onSubscribe: () => ({ onSubscribeResult: wasCarriedOut }),
    onExecutionResult({ result, context }) {
      if (result && carriedOut.has((context as unknown as WithParams).params)) answers.add(result);
    },
    onResultProcess({ result }) {
      for (const one of [result].flat()) {
        if (!answers.has(one)) {
          figures.refused(one as ExecutionResult);
          note({ 'dinegraph.code': codeIn(one) });
        }
        for (const { extensions } of ('errors' in one && one.errors) || []) {
          const status = statusOf(extensions?.['code']);
          if (!extensions || status === undefined) continue;
          const wait = extensions['retryAfter'];
          extensions['http'] = { status, ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }) };
        }
      }
    },
  };
}

/** What a request asks for. Throws BAD_INPUT for parts of an address that are not the JSON that they are to be. */
async function readBy<Read>(read: (request: Request) => Read, request: Request): Promise<Awaited<Read>> {
  try {
    return await read(request);
  } catch (error) {
    throw error instanceof SyntaxError ? badInput('variables', 'and extensions are JSON') : error;
  }
}
