import { type DocumentNode, type GraphQLError, getOperationAST } from 'graphql';
import type { Cache } from '../../kernel/cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { ExecuteArgs, GraphContext } from '../context.ts';
import { accountOf } from './account.ts';
import { assertAliases } from './aliases.ts';
import { budgets } from './budgets.ts';
import { assertDepth } from './depth.ts';
import { assertDirectives } from './directives.ts';
import type { Guards } from './guards.ts';
import { assertNoIntrospection } from './introspection.ts';
import { type Named, persistedOperations } from './persisted.ts';
import { type CountReading, readings } from './readings.ts';
import { type Priced, reckoner } from './reckon.ts';
import { assertFewRepeats } from './repeats.ts';
import { assertSelections } from './selections.ts';
import { withoutSuggestions } from './suggestions.ts';
import { usesOf } from './uses.ts';
import { assertFewVariables } from './variables.ts';

export interface GateOptions {
  guards: Guards;
  cache: Cache;
  clock: Clock;
}

/** Every guard of a gateway, in the order in which an operation meets them, however it came. */
export interface Gate {
  readonly guards: Guards;
  /** The text of an operation that may be named by an id. Throws a refusal. */
  textOf(named: Named): Promise<string | null | undefined>;
  /** Counts a text that is read for the first time. Throws RATE_LIMITED. */
  countReading: CountReading;
  /** Looks at an operation before it is validated. Throws a refusal. */
  assertModest(document: DocumentNode): void;
  /** Looks at what it would cost, and counts that for its caller, before anything is executed. Throws a refusal. */
  admit(graph: Priced, args: ExecuteArgs, named?: Named): Promise<void>;
  /** Counts for its caller that so many selections are planned, which nobody had asked before. Throws RATE_LIMITED. */
  mayPlan(context: GraphContext, selections: number): Promise<void>;
  /** Errors as they may be shown. */
  shown(errors: readonly GraphQLError[]): readonly GraphQLError[];
}

/** Makes the guards. Throws a ConfigurationError for a manifest that is none. */
export function openGate({ guards, cache, clock }: GateOptions): Gate {
  const persisted = persistedOperations(guards, cache);
  const spend = budgets(cache, clock);
  const reckon = reckoner(guards);

  return {
    guards,
    textOf: persisted.textOf,
    countReading: readings(guards, clock),
    assertModest(document) {
      assertDirectives(document, guards.maxDirectives);
      assertAliases(document, guards.maxAliases);
      assertDepth(document, guards.maxDepth);
      assertSelections(document, guards.maxSelections);
      assertFewRepeats(document);
      if (!guards.introspection) assertNoIntrospection(document);
    },
    async admit({ schema, weights }, { document, operationName, variables, context }, named) {
      const operation = getOperationAST(document, operationName);
      // Which is refused for another reason.
      if (!operation) return;
      assertFewVariables(variables);
      const cost = reckon({ schema, weights }, document, operation, variables ?? {});
      const account = accountOf(context);
      if (account.isLimited) await spend(account.name, usesOf(guards, { schema, document, operation, cost }));
      if (named) await persisted.keep(named, account.name);
    },
    async mayPlan(context, asked) {
      const { name, isLimited } = accountOf(context);
      const { planningPerMinute: allowed } = guards;
      if (isLimited) await spend(name, [{ limit: 'planningPerMinute', allowed, asked }]);
    },
    shown: (errors) => (guards.suggestions ? errors : withoutSuggestions(errors)),
  };
}
