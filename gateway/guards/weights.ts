import { type ConstDirectiveNode, type FieldDefinitionNode, parse, valueFromASTUntyped, visit } from 'graphql';
import { inherit } from './inherited-weights.ts';

/** How long the list of a field is taken to be. */
export interface ListSize {
  assumedSize?: number | undefined;
  /** The arguments that say so, such as `first`. */
  slicingArguments?: readonly string[] | undefined;
  /** The lists right beneath the field that are meant, such as `edges`. */
  sizedFields?: readonly string[] | undefined;
  /** Whether exactly one of these arguments has to be given; unless it is false. */
  requireOneSlicingArgument?: boolean | undefined;
}

/** What a graph says of its costs, by `Type`, `Type.field` (also of inputs) and `Type.field(argument:)`. */
export interface Weights {
  readonly weights: ReadonlyMap<string, number>;
  readonly sizes: ReadonlyMap<string, ListSize>;
}

const SPECIFICATION = /^https:\/\/specs\.apollo\.dev\/cost\//;

/**
 * Reads `@cost` and `@listSize` of a supergraph, under whatever names it links them. What is said of object types alone is
 * said of the interfaces and unions that they are asked for by, too.
 */
export function readWeights(supergraph: string): Weights {
  const weights = new Map<string, number>();
  const sizes = new Map<string, ListSize>();
  const document = parse(supergraph, { noLocation: true });
  const names = { cost: 'cost', listSize: 'cost__listSize' };
  visit(document, {
    SchemaDefinition: ({ directives = [] }) => void Object.assign(names, ...directives.map(namesIn)),
    SchemaExtension: ({ directives = [] }) => void Object.assign(names, ...directives.map(namesIn)),
  });
  const note = (place: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      const weight = Number(argumentsOf(directive)['weight']);
      if (directive.name.value === names.cost && !Number.isNaN(weight)) weights.set(place, weight);
      if (directive.name.value === names.listSize) sizes.set(place, argumentsOf(directive));
    }
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name) continue;
    const type = definition.name.value;
    if ('directives' in definition) note(type, definition.directives as readonly ConstDirectiveNode[]);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      note(`${type}.${field.name.value}`, field.directives);
      const { arguments: args = [] } = field as FieldDefinitionNode;
      for (const argument of args) note(`${type}.${field.name.value}(${argument.name.value}:)`, argument.directives);
    }
  }
  inherit(document, { weights, sizes });
  return { weights, sizes };
}

/** The names that a link to the specification gives the two directives. */
function namesIn(directive: ConstDirectiveNode): { cost?: string; listSize?: string } {
  const { url, as: space = 'cost', import: imported = [] } = argumentsOf(directive);
  if (directive.name.value !== 'link' || !SPECIFICATION.test(String(url))) return {};
  const nameOf = (wanted: string) => {
    for (const one of imported as (string | { name: string; as?: string })[]) {
      const { name, as = name } = typeof one === 'string' ? { name: one } : one;
      if (name === `@${wanted}`) return as.slice(1);
    }
    return wanted === 'cost' ? String(space) : `${space}__${wanted}`;
  };
  return { cost: nameOf('cost'), listSize: nameOf('listSize') };
}

function argumentsOf({ arguments: args = [] }: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(args.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}
