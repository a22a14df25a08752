import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, getNamedType, getNullableType, isInterfaceType, isObjectType } from 'graphql';
import type { Required } from '../plan/required-calls.ts';
import { isClean } from './clean-text.ts';
import { type Data, isData, merge } from './data.ts';
import { isOfType } from './rewrites.ts';
import { type Rule, ruleOf } from './rules.ts';
import { isWritable } from './writable.ts';

type Calls = Required['calls'];

/** What is said of an entity is nothing that another subgraph can be told. */
export class Misfit extends Error {}

/**
 * What a subgraph is told of an entity, so that it finds it: undefined when too little of it is known, null when all of that
 * is null, so that nobody could find it. Throws a Misfit for what its type does not allow.
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

function compileObject(
  schema: GraphQLSchema,
  selections: readonly QueryPlanSelectionNode[],
  calls: Calls,
  type?: string,
): Take {
  const steps = selections.map((selection) => compileStep(schema, selection, calls, type));
  return (value) => {
    if (!isData(value)) return null;
    const result: Data = {};
    return steps.every((step) => step(value, result)) ? result : undefined;
  };
}

/** Adds to a result what one selection asks for; false when it is missing. */
type Step = (value: Data, result: Data) => boolean;

function compileStep(
  schema: GraphQLSchema,
  selection: QueryPlanSelectionNode,
  calls: Calls,
  parent: string | undefined,
): Step {
  if (selection.kind === 'InlineFragment') {
    const { typeCondition, selections } = selection;
    if (!typeCondition) return () => true;
    const inside = compileObject(schema, selections, calls, typeCondition);
    return (value, result) => {
      if (!isOfType(schema, value, typeCondition)) return true;
      const part = inside(value);
      if (isData(part)) merge(result, part);
      return true;
    };
  }
  const name = selection.alias ?? selection.name;
  const told = calls.get(name)?.field ?? name;
  const type = fieldTypeOf(schema, parent, calls.get(name)?.field ?? selection.name);
  const inside =
    selection.selections && compileObject(schema, selection.selections, calls, type && getNamedType(type).name);
  const take = inside && each(inside);
  const rule = type && ruleOf(type);
  return (value, result) => {
    const found = value[name];
    if (found === undefined) return false;
    // What cannot be written cannot be sent.
    const part = take ? take(found) : isWritable(found) ? found : null;
    if (!take && rule && !fits(rule, part)) throw new Misfit(`${parent}.${told} is no ${getNullableType(type)}.`);
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

function fieldTypeOf(schema: GraphQLSchema, parent: string | undefined, field: string) {
  const type = parent === undefined ? undefined : schema.getType(parent);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined;
}

/** The types of keys that databases look for: they take anything, and take what is no text for something else. */
const TEXTS = new Set(['ID', 'String']);

function fits(rule: Rule, value: unknown): boolean {
  if (value === null || rule.kind === 'object') return true;
  if (rule.kind === 'leaf') {
    if (!TEXTS.has(rule.name)) return true;
    return typeof value === 'string' ? isClean(value) : rule.accept(value) !== undefined;
  }
  if (rule.kind === 'list') return Array.isArray(value) && value.every((item) => fits(rule.of, item));
  return fits(rule.of, value);
}
