import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { fieldValue, rootOf, type Self, type Store, type Thing, wholeSelf } from './store.ts';

/** A subgraph's schema, and what its directives say. */
export interface Subgraph {
  name: string;
  document: DocumentNode;
  /** The keys of its entities, by the types' names. */
  keys: ReadonlyMap<string, readonly SelectionSetNode[]>;
  /** Those of them by which it finds an entity: not the ones that are not resolvable. */
  finding: ReadonlyMap<string, readonly SelectionSetNode[]>;
  /** Such as `Dish.price`: fields that are named here and known elsewhere. */
  external: ReadonlySet<string>;
  /** What a field's subgraph knows of the objects behind it, by `Order.dish`. */
  provides: ReadonlyMap<string, SelectionSetNode>;
  /** Types that stand for all of an interface's. */
  interfaceObjects: ReadonlySet<string>;
}

/** An object as one subgraph sees it. */
interface View {
  thing: Thing;
  /** What the gateway has told of it. */
  told: Thing;
  /** External fields that are known here all the same. */
  provided: SelectionSetNode | undefined;
  __typename?: string;
}

/** Reads a subgraph's schema. */
export function parseSubgraph(name: string, sdl: string): Subgraph {
  const document = parse(sdl);
  const keys = new Map<string, SelectionSetNode[]>();
  const finding = new Map<string, SelectionSetNode[]>();
  const external = new Set<string>();
  const provides = new Map<string, SelectionSetNode>();
  const interfaceObjects = new Set<string>();
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name || !('fields' in node)) continue;
    const type = node.name.value;
    for (const directive of node.directives ?? []) {
      if (directive.name.value === 'key')
        for (const kind of isResolvable(directive) ? [keys, finding] : [keys])
          kind.set(type, [...(kind.get(type) ?? []), fieldsArgument(directive)]);
      if (directive.name.value === 'interfaceObject') interfaceObjects.add(type);
    }
    for (const field of node.fields ?? []) {
      const place = `${type}.${field.name.value}`;
      for (const directive of [...(node.directives ?? []), ...(field.directives ?? [])])
        if (directive.name.value === 'external') external.add(place);
      const provided = field.directives?.find((directive) => directive.name.value === 'provides');
      if (provided) provides.set(place, fieldsArgument(provided));
    }
  }
  return { name, document, keys, finding, external, provides, interfaceObjects };
}

function fieldsArgument({ arguments: args = [] }: ConstDirectiveNode): SelectionSetNode {
  const value = args.find(({ name }) => name.value === 'fields')?.value;
  return selectionOf(value?.kind === Kind.STRING ? value.value : '__typename');
}

function isResolvable({ arguments: args = [] }: ConstDirectiveNode): boolean {
  return !args.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value);
}

function selectionOf(fields: string): SelectionSetNode {
  return (parse(`{ ${fields} }`).definitions[0] as OperationDefinitionNode).selectionSet;
}

/** Executes on a subgraph, over the part of the data that its schema declares. `possible` answers a type's object types. */
export function subgraphExecutor(
  subgraph: Subgraph,
  store: Store,
  possible: (type: string) => readonly string[],
): (request: { query: string; variables: Record<string, unknown> }) => Promise<ExecutionResult> {
  const { name, document, keys, finding, external, provides, interfaceObjects } = subgraph;

  /** Finds what a representation means: by the first of its type's resolvable keys that it has in full. */
  const entity = (type: string) => (told: Thing) => {
    const thing = store.entities.find(
      (candidate) =>
        possible(type).includes(String(candidate['__typename'])) &&
        finding.get(type)?.some((key) => isSame(candidate, told, key)),
    );
    const isAbstract = possible(type).length > 1 && !interfaceObjects.has(type);
    return thing ? { thing, told, provided: undefined, ...(isAbstract && { __typename: thing['__typename'] }) } : null;
  };
  const resolvers = Object.fromEntries([...finding.keys()].map((type) => [type, { __resolveReference: entity(type) }]));
  const schema: GraphQLSchema = buildSubgraphSchema([{ typeDefs: document, resolvers }]);

  const isKey = (type: string, field: string) => keys.get(type)?.some((key) => names(key).includes(field)) ?? false;

  const selfOf = (view: View, type: string): Self => {
    const self: Self = (field, args) => {
      if (!external.has(`${type}.${field}`)) {
        const declared = schema.getType(type);
        if (!declared || !('getFields' in declared) || !(field in declared.getFields()))
          throw new Error(`${name} has never heard of ${type}.${field}`);
        return fieldValue(view.thing, field, self, args);
      }
      if (Object.hasOwn(view.told, field)) return view.told[field];
      if (view.provided && names(view.provided).includes(field)) return wholeSelf(view.thing)(field, args);
      throw new Error(`${name} was not told ${type}.${field}`);
    };
    return self;
  };

  const fieldResolver: GraphQLFieldResolver<View | undefined, unknown> = (source, args, _, info) => {
    const type = info.parentType.name;
    const field = info.fieldName;
    const view = source ?? { thing: rootOf(store, type), told: {}, provided: undefined };
    const isProvided = view.provided && names(view.provided).includes(field);
    if (external.has(`${type}.${field}`) && !isKey(type, field) && !isProvided)
      throw new Error(`${name} does not know ${type}.${field}`);
    const value = fieldValue(view.thing, field, isProvided ? wholeSelf(view.thing) : selfOf(view, type), args);
    return viewed(value, info, provides.get(`${type}.${field}`) ?? (view.provided && inside(view.provided, field)));
  };

  const typeResolver: GraphQLTypeResolver<View, unknown> = (view) => {
    const type = String(view.__typename ?? view.thing['__typename']);
    if (schema.getType(type)) return type;
    return [...interfaceObjects].find((one) => possible(one).includes(type)) ?? type;
  };

  return async ({ query, variables }) => {
    const operation = parse(query);
    const errors = validate(schema, operation);
    if (errors.length > 0) return { errors };
    return execute({ schema, document: operation, variableValues: variables, fieldResolver, typeResolver });
  };
}

/** A value of the data, each object in it as its subgraph sees it. */
function viewed(value: unknown, info: GraphQLResolveInfo, provided: SelectionSetNode | undefined): unknown {
  if (!isCompositeType(getNamedType(info.returnType))) return value;
  const view = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(view);
    return one && typeof one === 'object' && !(one instanceof Error) ? { thing: one, told: {}, provided } : one;
  };
  return view(value);
}

/** Whether an object has what a representation says of a key's fields; nothing is the same as a null. */
function isSame(thing: Thing, told: Thing, key: SelectionSetNode): boolean {
  const wanted = picked(told, key);
  return !JSON.stringify(wanted).includes('null') && JSON.stringify(picked(thing, key)) === JSON.stringify(wanted);
}

function picked(value: unknown, { selections }: SelectionSetNode): unknown {
  if (Array.isArray(value)) return value.map((item) => picked(item, { kind: Kind.SELECTION_SET, selections }));
  if (value === null || typeof value !== 'object') return null;
  const self = wholeSelf(value as Thing);
  return selections.map((selection) => {
    if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return '';
    const inner = self(selection.name.value) ?? null;
    // Ids are texts on the wire.
    return selection.selectionSet ? picked(inner, selection.selectionSet) : inner === null ? null : String(inner);
  });
}

function names({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    return selection.kind === Kind.INLINE_FRAGMENT ? names(selection.selectionSet) : [];
  });
}

function inside({ selections }: SelectionSetNode, field: string): SelectionSetNode | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD && selection.name.value === field) return selection.selectionSet;
    const found = selection.kind === Kind.INLINE_FRAGMENT ? inside(selection.selectionSet, field) : undefined;
    if (found) return found;
  }
  return undefined;
}
