import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { graphOf, namedType, saysOf, textOf } from './join.ts';
import { APART } from './specialise.ts';

/** A field with the arguments that some `@requires` asks it with. */
export interface RequiredCall {
  readonly field: string;
  readonly arguments: FieldNode['arguments'];
}

/** What fields require of others. */
export interface Required {
  /** By the names of the fields that stand for them. */
  readonly calls: ReadonlyMap<string, RequiredCall>;
  /** What each field requires, by coordinates such as `Dish.postage`: all names in it, of calls and of fields. */
  readonly requirements: ReadonlyMap<string, ReadonlySet<string>>;
}

type Fielded = DefinitionNode & { kind: Kind.OBJECT_TYPE_DEFINITION | Kind.INTERFACE_TYPE_DEFINITION };

/**
 * Gives each field that a `@requires` asks with arguments a name of its own, so that the planner cannot take it for the same
 * field with others, or with none: it would send the wrong value.
 */
export function callsApart(document: DocumentNode): Required & { document: DocumentNode } {
  const types = new Map<string, Fielded>();
  for (const node of document.definitions) if (isFielded(node)) types.set(node.name.value, node);
  const names = new Map<string, string>();
  const calls = new Map<string, RequiredCall>();
  const requirements = new Map<string, ReadonlySet<string>>();
  /** The fields to be added to each type: their names, and those that they are like. */
  const added = new Map<string, Map<string, string>>();

  function nameOf({ name, arguments: args = [] }: FieldNode): string {
    const key = `${name.value}(${args.map(print).sort()})`;
    const known = names.get(key) ?? `${APART}${names.size}_${name.value}`;
    names.set(key, known);
    calls.set(known, { field: name.value, arguments: args });
    return known;
  }

  function add(type: string, name: string, like: string): void {
    added.set(type, (added.get(type) ?? new Map()).set(name, like));
    for (const node of types.values())
      if (node.interfaces?.some((one) => one.name.value === type)) add(node.name.value, name, like);
  }

  function apart(set: SelectionSetNode, type: string, met: Set<string>): SelectionSetNode {
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? type;
        return { ...selection, selectionSet: apart(selection.selectionSet, condition, met) };
      }
      const { name, arguments: args = [], selectionSet } = selection;
      const definition = types.get(type)?.fields?.find((field) => field.name.value === name.value);
      const planned = args.length > 0 ? nameOf(selection) : name.value;
      if (args.length > 0) add(type, planned, name.value);
      met.add(planned);
      const inner = selectionSet && definition && apart(selectionSet, namedType(definition.type), met);
      return { ...selection, name: { ...name, value: planned }, arguments: [], ...(inner && { selectionSet: inner }) };
    });
    return { ...set, selections };
  }

  function requiringApart(directive: ConstDirectiveNode, type: string, field: string): ConstDirectiveNode {
    const required = textOf(directive, 'requires');
    if (required === undefined) return directive;
    const met = new Set(requirements.get(`${type}.${field}`));
    const value = print(apart(selectionOf(required), type, met))
      .slice(1, -1)
      .replace(/\s+/g, ' ')
      .trim();
    requirements.set(`${type}.${field}`, met);
    const args = directive.arguments?.map((argument) =>
      argument.name.value === 'requires' ? { ...argument, value: { ...argument.value, value } } : argument,
    );
    return { ...directive, arguments: args as ConstArgumentNode[] };
  }

  const renamed = document.definitions.map((node) => {
    if (!isFielded(node)) return node;
    const fields = node.fields?.map((field) => ({
      ...field,
      directives: (field.directives ?? []).map((one) => requiringApart(one, node.name.value, field.name.value)),
    }));
    return { ...node, ...(fields && { fields }) };
  });
  const used = fieldsUsed(renamed, types);

  /** Whether an interface of a subgraph has the field, so that the type must. */
  function isPromised({ directives = [] }: Fielded, { name: { value } }: FieldDefinitionNode, graph: string): boolean {
    return directives.some((directive) => {
      const promise = textOf(directive, 'interface');
      if (promise === undefined || graphOf(directive) !== graph) return false;
      const original = added.get(promise)?.get(value) ?? value;
      const field = types.get(promise)?.fields?.find(({ name }) => name.value === original);
      const graphs = field?.directives?.map(graphOf).filter((one) => one !== '') ?? [];
      return field !== undefined && (graphs.length === 0 || graphs.includes(graph));
    });
  }

  const definitions = renamed.map((node) => {
    const more = isFielded(node) ? added.get(node.name.value) : undefined;
    if (!isFielded(node) || !more) return node;
    const like = (name: string) => node.fields?.find((field) => field.name.value === name);
    const copies = [...more].flatMap(([name, original]) => copyOf(like(original), name));
    const called = new Set([...more].flat());
    const fields = [...(node.fields ?? []), ...copies].map((field) => {
      if (!called.has(field.name.value)) return field;
      // A subgraph may name a field of another's only where it needs it: by the one name or by the other.
      const isUsed = (one: ConstDirectiveNode) =>
        !saysOf(one, 'external') ||
        used.has(`${graphOf(one)} ${node.name.value}.${field.name.value}`) ||
        isPromised(node, field, graphOf(one));
      return { ...field, directives: (field.directives ?? []).filter(isUsed) };
    });
    return { ...node, fields };
  });
  return { document: { ...document, definitions }, calls, requirements };
}

/** What subgraphs name in keys, requirements and provisions, such as `STOCK Dish.weight`. */
function fieldsUsed(definitions: readonly DefinitionNode[], types: ReadonlyMap<string, Fielded>): Set<string> {
  const used = new Set<string>();
  const walk = (graph: string, set: SelectionSetNode, type: string) => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(graph, selection.selectionSet, selection.typeCondition?.name.value ?? type);
        continue;
      }
      const { name, selectionSet } = selection;
      used.add(`${graph} ${type}.${name.value}`);
      const definition = types.get(type)?.fields?.find((field) => field.name.value === name.value);
      if (selectionSet && definition) walk(graph, selectionSet, namedType(definition.type));
    }
  };
  const look = (directive: ConstDirectiveNode, argument: string, type: string) => {
    const text = textOf(directive, argument);
    if (text !== undefined) walk(graphOf(directive), selectionOf(text), type);
  };
  for (const node of definitions) {
    if (!isFielded(node)) continue;
    for (const directive of node.directives ?? []) look(directive, 'key', node.name.value);
    for (const { type, directives = [] } of node.fields ?? []) {
      for (const directive of directives) look(directive, 'requires', node.name.value);
      for (const directive of directives) look(directive, 'provides', namedType(type));
    }
  }
  return used;
}

/** Asks a subgraph for the calls, where a plan asks for the fields that stand for them. */
export function withCalls(operation: string, calls: ReadonlyMap<string, RequiredCall>): string {
  if (![...calls.keys()].some((name) => operation.includes(name))) return operation;
  const document = visit(parse(operation, { noLocation: true }), {
    Field(node): FieldNode | undefined {
      const call = calls.get(node.name.value);
      if (!call) return undefined;
      const name = { kind: Kind.NAME, value: call.field } as const;
      return { ...node, alias: node.alias ?? node.name, name, arguments: call.arguments ?? [] };
    },
  });
  return stripIgnoredCharacters(print(document));
}

function isFielded(node: DefinitionNode): node is Fielded {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function copyOf(field: FieldDefinitionNode | undefined, name: string): FieldDefinitionNode[] {
  return field ? [{ ...field, name: { kind: Kind.NAME, value: name }, arguments: [] }] : [];
}

function selectionOf(fields: string): SelectionSetNode {
  return (parse(`{ ${fields} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode).selectionSet;
}
