import {
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isUnionType,
} from 'graphql';
import { type Refusal, refusalMessage } from '../rights/caller.ts';
import { type Data, isData, type Path } from './data.ts';
import type { Rule } from './rules.ts';
import type { Run } from './run.ts';
import type { Shape, ShapeField } from './shape.ts';

/** A null in a place where there must be none: what is around it becomes null. */
const VOID = Symbol('void');

/** Whether what is missing at a place has been explained by an error. */
export type IsExplained = (path: Path) => boolean;

export interface Completed {
  data: Data | null;
  /** Of what is missing or wrong though no subgraph has said so. */
  errors: GraphQLError[];
}

/**
 * Makes the client's answer of what was fetched: its fields alone, in its order, by its names, null where GraphQL's rules
 * say so. A value that its type forbids, and a null that is not explained where none may be, is an error.
 */
export function complete(
  schema: GraphQLSchema,
  shape: Shape,
  { root, unknown }: Pick<Run, 'root' | 'unknown'>,
  isExplained: IsExplained,
): Completed {
  const errors: GraphQLError[] = [];
  const path: (string | number)[] = [];

  const fault = (message: string) => {
    if (!isExplained(path))
      errors.push(new GraphQLError(message, { path: [...path], extensions: { code: 'NOT_AVAILABLE' } }));
  };

  const refused = (code: Refusal, { kind }: Rule) => {
    errors.push(new GraphQLError(refusalMessage(code), { path: [...path], extensions: { code } }));
    return kind === 'non-null' ? VOID : null;
  };

  function object(of: Shape, value: Data): Data | null | typeof VOID {
    const type = typeIn(schema, of, value);
    const parts = type && of.fieldsOf(type);
    if (!parts) {
      fault('It is not known what is here.');
      return null;
    }
    const before = errors.length;
    const result: Data = Object.create(null);
    for (const part of parts) {
      if (part.field === '__typename') {
        result[part.name] = type.name;
        continue;
      }
      const since = errors.length;
      path.push(part.name);
      const { refusal, rule } = part;
      const inner = refusal ? refused(refusal, rule) : member(type, part, value);
      path.pop();
      if (inner === VOID) {
        // What its neighbours lack is gone with them, and one reason is enough.
        if (isExplained(path)) errors.splice(before);
        else errors.splice(before, since - before);
        return VOID;
      }
      result[part.name] = inner;
    }
    return result;
  }

  function member(type: GraphQLCompositeType, part: ShapeField, parent: Data): unknown {
    const value = parent[part.planned];
    // Not null, but never said: neither the plan nor a subgraph may leave out what was asked for.
    if (value !== undefined || unknown.has(parent)) return any(part.rule, value, part, type);
    fault(`${type.name}.${part.field} was not answered.`);
    return part.rule.kind === 'non-null' ? VOID : null;
  }

  function any(rule: Rule, value: unknown, part: ShapeField, parent: GraphQLCompositeType): unknown {
    if (rule.kind === 'non-null') {
      const before = errors.length;
      const inner = any(rule.of, value, part, parent);
      if (inner !== null && inner !== VOID) return inner;
      if (errors.length === before) fault(`Cannot return null for non-nullable field ${parent.name}.${part.field}.`);
      return VOID;
    }
    if (value === null || value === undefined) return null;
    if (rule.kind === 'leaf') {
      const accepted = rule.accept(value);
      if (accepted === undefined) fault(`${parent.name}.${part.field} is no ${rule.name}.`);
      return accepted ?? null;
    }
    if (rule.kind === 'list') {
      if (Array.isArray(value)) return list(rule.of, value, part, parent);
      fault(`${parent.name}.${part.field} is no list.`);
      return null;
    }
    if (!part.shape || !isData(value)) {
      fault(`${parent.name}.${part.field} is no object.`);
      return null;
    }
    const inner = object(part.shape, value);
    return inner === VOID ? null : inner;
  }

  function list(rule: Rule, values: unknown[], part: ShapeField, parent: GraphQLCompositeType): unknown {
    const results: unknown[] = [];
    let whole = true;
    for (let index = 0; index < values.length; index++) {
      path.push(index);
      const inner = any(rule, values[index], part, parent);
      path.pop();
      if (inner === VOID) whole = false;
      results.push(inner);
    }
    return whole ? results : null;
  }

  const data = object(shape, root);
  return { data: data === VOID ? null : data, errors };
}

/** The type of a fetched object: what it says of itself, or else what its field was declared with; undefined when it says another. */
export function typeIn(schema: GraphQLSchema, { declared }: Shape, value: Data): GraphQLCompositeType | undefined {
  const name = value['__typename'];
  if (name === declared.name || typeof name !== 'string') return declared;
  const type = schema.getType(name);
  if (!isCompositeType(type) || isUnionType(type) || !isAbstractType(declared)) return undefined;
  return schema.isSubType(declared, type) ? type : undefined;
}
