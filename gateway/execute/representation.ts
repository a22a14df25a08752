import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Required } from '../plan/required-calls.ts';
import { type Data, isData, merge } from './data.ts';
import { isOfType } from './rewrites.ts';
import { isWritable } from './writable.ts';

type Calls = Required['calls'];

/**
 * What a subgraph is told of an entity, so that it finds it: undefined when too little of it is known, null when all of that
 * is null, so that nobody could find it.
 */
export type Represent = (entity: Data) => Data | null | undefined;

/** Takes a part of an object over; undefined when some of it is missing, null where there is nothing. */
type Take = (value: unknown) => unknown;

/** Prepares the representations of a fetch. */
export function compileRepresentation(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  calls: Calls,
): Represent {
  const take = compileObject(schema, requires, calls);
  return (entity) => {
    const representation = take(entity);
    // A part that is missing drops what asks for it, which may be all but the type's name.
    if (!isData(representation) || typeof representation['__typename'] !== 'string') return undefined;
    return isLost(representation) ? null : representation;
  };
}

/** Whether everything by which an entity could be found is null. */
function isLost(representation: Data): boolean {
  let isAsked = false;
  for (const name in representation) {
    if (name === '__typename') continue;
    if (representation[name] !== null) return false;
    isAsked = true;
  }
  return isAsked;
}

function compileObject(schema: GraphQLSchema, selections: readonly QueryPlanSelectionNode[], calls: Calls): Take {
  const steps = selections.map((selection) => compileStep(schema, selection, calls));
  return (value) => {
    if (!isData(value)) return null;
    const result: Data = {};
    return steps.every((step) => step(value, result)) ? result : undefined;
  };
}

/** Adds to a result what one selection asks for; false when it is missing. */
type Step = (value: Data, result: Data) => boolean;

function compileStep(schema: GraphQLSchema, selection: QueryPlanSelectionNode, calls: Calls): Step {
  if (selection.kind === 'InlineFragment') {
    const { typeCondition, selections } = selection;
    if (!typeCondition) return () => true;
    const inside = compileObject(schema, selections, calls);
    return (value, result) => {
      if (!isOfType(schema, value, typeCondition)) return true;
      const part = inside(value);
      if (isData(part)) merge(result, part);
      return true;
    };
  }
  const name = selection.alias ?? selection.name;
  const inside = selection.selections && compileObject(schema, selection.selections, calls);
  const take = inside && each(inside);
  const told = calls.get(name)?.field ?? name;
  return (value, result) => {
    const found = value[name];
    if (found === undefined) return false;
    // What cannot be written cannot be sent.
    const part = take ? take(found) : isWritable(found) ? found : null;
    result[told] = part === undefined ? null : part;
    return true;
  };
}

function each(take: Take): Take {
  const inside: Take = (value) => {
    if (!Array.isArray(value)) return take(value);
    return value.map((item) => inside(item) ?? null);
  };
  return inside;
}
