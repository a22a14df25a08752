import type { GraphQLFieldResolver, GraphQLSchema, GraphQLTypeResolver } from 'graphql';

/** An object of the data: its values by their fields' names. An Error is thrown; a function is asked. */
export type Thing = Record<string, unknown>;

/** Reads another field of the same object; with arguments when its value depends on them. */
export type Self = (field: string, args?: Record<string, unknown>) => unknown;

/** A value that depends on arguments or on other fields of its object. */
export type Computed = (self: Self, args: Record<string, never>) => unknown;

/** The data of a world. */
export interface Store {
  Query: Thing;
  Mutation?: Thing;
  /** What subgraphs find by a key; each says its `__typename`. */
  entities: readonly Thing[];
}

/** The value of an object's field. */
export function fieldValue(thing: Thing, field: string, self: Self, args: object = {}): unknown {
  const value = Object.hasOwn(thing, field) ? thing[field] : null;
  const found = typeof value === 'function' ? (value as Computed)(self, args as Record<string, never>) : value;
  if (found instanceof Error) throw found;
  return found;
}

/** Reads an object of which everything is known. */
export function wholeSelf(thing: Thing): Self {
  const self: Self = (field, args) => fieldValue(thing, field, self, args);
  return self;
}

/** The object that an operation starts at. */
export function rootOf(store: Store, typeName: string): Thing {
  return (typeName === 'Mutation' ? store.Mutation : store.Query) ?? {};
}

/** A schema over the whole of the data, to be executed by graphql-js. */
export function dataSchema(schema: GraphQLSchema, store: Store) {
  const fieldResolver: GraphQLFieldResolver<Thing | undefined, unknown> = (
    source,
    args,
    _,
    { parentType, fieldName },
  ) => {
    const thing = source ?? rootOf(store, parentType.name);
    return fieldValue(thing, fieldName, wholeSelf(thing), args);
  };
  const typeResolver: GraphQLTypeResolver<Thing, unknown> = (thing) => String(thing['__typename']);
  return { schema, fieldResolver, typeResolver };
}
