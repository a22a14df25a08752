import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GatewayFigures } from '../figures.ts';
import type { YogaContext } from '../http.ts';
import { assertNotFromForm } from './csrf.ts';
import type { Gate } from './gate.ts';
import { statusOf } from './refusal.ts';
import { parseWithin } from './text.ts';

/** Has requests and operations pass the guards that come before validation, and shows refusals as HTTP does. */
export function guardPlugin(gate: Gate, figures: GatewayFigures): Plugin {
  const modest = new WeakSet<DocumentNode>();
  return {
    onRequestParse: ({ request }) => assertNotFromForm(request),
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
    onResultProcess({ result }) {
      for (const one of [result].flat()) {
        if (!(Symbol.asyncIterator in one)) figures.refused(one as ExecutionResult);
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
