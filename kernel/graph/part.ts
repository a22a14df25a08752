import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';

/** A type as one module's part of the graph says it, its extensions included. */
export interface TypePart {
  readonly name: string;
  /** Its definitions and extensions, as they are written. */
  readonly nodes: readonly (TypeDefinitionNode | TypeExtensionNode)[];
  readonly directives: readonly DirectiveNode[];
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>;
  /** The selections of its `@key`s. */
  readonly keys: readonly SelectionSetNode[];
}

/** How the names begin that federation adds by itself. */
export const MACHINERY = /^(_|join__|link__|federation__|core__)/;

/** The types that belong to nobody: every module gives them fields. */
export const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

const known = new Map<string, ReadonlyMap<string, TypePart>>();
/** Of how many schemas it is kept what they say; modules do not change, and remote plug-ins seldom. */
const CAPACITY = 100;

/** What a schema says of types, by name. Throws a GraphQLError for what is no schema. */
export function typesOf(schema: string | undefined): ReadonlyMap<string, TypePart> {
  if (!schema) return new Map();
  const found = known.get(schema) ?? typesIn(parse(schema, { noLocation: true }));
  known.delete(schema);
  known.set(schema, found);
  const [oldest] = known.keys();
  if (known.size > CAPACITY && oldest !== undefined) known.delete(oldest);
  return found;
}

function typesIn({ definitions }: DocumentNode): ReadonlyMap<string, TypePart> {
  const types = new Map<string, TypePart>();
  for (const node of definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    const before = types.get(node.name.value);
    const directives = [...(before?.directives ?? []), ...(node.directives ?? [])];
    const fields = new Map([...(before?.fields ?? []), ...fieldsOf(node)]);
    const nodes = [...(before?.nodes ?? []), node];
    types.set(node.name.value, { name: node.name.value, nodes, directives, fields, keys: keysIn(directives) });
  }
  return types;
}

function fieldsOf(node: TypeDefinitionNode | TypeExtensionNode): [string, FieldDefinitionNode][] {
  const fields = ('fields' in node && node.fields) || [];
  return fields.flatMap((field) =>
    field.kind === Kind.FIELD_DEFINITION ? [[field.name.value, field] as [string, FieldDefinitionNode]] : [],
  );
}

function keysIn(directives: readonly DirectiveNode[]): SelectionSetNode[] {
  return named(directives, 'key').flatMap((key) => selectionIn(key) ?? []);
}

/** The directives of a name. */
export function named(directives: readonly DirectiveNode[] | undefined, name: string): readonly DirectiveNode[] {
  return (directives ?? []).filter((directive) => directive.name.value === name);
}

/** What the argument `fields` of a directive selects; undefined where it has none. Throws a GraphQLError for nonsense. */
export function selectionIn({ arguments: given = [] }: DirectiveNode): SelectionSetNode | undefined {
  const value = given.find(({ name }) => name.value === 'fields')?.value;
  if (value?.kind !== Kind.STRING) return undefined;
  const [operation] = parse(`{${value.value}}`, { noLocation: true }).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
}
