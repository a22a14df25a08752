import {
  GraphQLBoolean,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLNonNull,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isRequiredArgument,
  parse,
  validate,
} from 'graphql';
import type { Random } from '../../../random.ts';
import { randomVariable, type Variables, writtenValue } from './values.ts';

/** An operation with its variables. */
export interface Operation {
  query: string;
  variables: Readonly<Record<string, unknown>>;
}

/** Names of keys and of fields, to be given to other fields; names that objects of the language have; ordinary ones. */
const ALIASES = [
  ...['id', 'name', 'price', 'weight', 'sku', 'code', 'phone', 'store', 'number', '__typename', '_entities'],
  ...['constructor', 'toString', '__proto__', 'hasOwnProperty', 'apart_id', 'name__alias_0'],
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
];

/** Makes a valid query of a schema. */
export function randomOperation(schema: GraphQLSchema, random: Random): Operation {
  // Names that meet by chance may ask for different things: such an operation is not valid, and another one is tried.
  for (;;) {
    const operation = attempt(schema, random);
    if (validate(schema, parse(operation.query)).length === 0) return operation;
  }
}

function attempt(schema: GraphQLSchema, random: Random): Operation {
  const variables: Variables = { declared: [], given: {} };
  const fragments: { name: string; on: string; text: string }[] = [];
  const strangeness = random.pick([0, 0, 0.1, 0.3]);
  const conditions = random.pick([0, 0.1, 0.3]);
  const size = 1 + random.below(5);

  function selection(type: GraphQLCompositeType, depth: number): string {
    const parts = Array.from({ length: 1 + random.below(size) }, () => part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  function part(type: GraphQLCompositeType, depth: number): string {
    if (depth > 0 && random.chance(isAbstractType(type) ? 0.5 : 0.15)) return fragment(type, depth - 1);
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const possible = fields.filter((one) => depth > 0 || !isCompositeType(getNamedType(one.type)));
    if (possible.length === 0 || random.chance(0.08)) return `${alias('__typename')}__typename${condition()}`;
    return field(random.pick(possible), depth - 1);
  }

  function field({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    const given = args.filter((argument) => isRequiredArgument(argument) || random.chance(0.5));
    const texts = given.map((argument) => `${argument.name}: ${writtenValue(argument.type, random, variables)}`);
    const of = getNamedType(type);
    const inner = isCompositeType(of) ? ` ${selection(of, depth)}` : '';
    return `${alias(name)}${name}${texts.length > 0 ? `(${texts.join(', ')})` : ''}${condition()}${inner}`;
  }

  function fragment(type: GraphQLCompositeType, depth: number): string {
    const related = relatives(schema, type);
    const on = random.chance(0.2) ? type : random.pick(related);
    const known = fragments.filter((one) => related.some(({ name }) => name === one.on));
    if (known.length > 0 && random.chance(0.2)) return `...${random.pick(known).name}${condition()}`;
    if (random.chance(0.4)) {
      const name = `F${fragments.length}_${random.below(1000)}`;
      const text = `fragment ${name} on ${on.name} ${selection(on, depth)}`;
      fragments.push({ name, on: on.name, text });
      return `...${name}${condition()}`;
    }
    return `...${on === type && random.chance(0.3) ? '' : ` on ${on.name}`}${condition()} ${selection(on, depth)}`;
  }

  function alias(name: string): string {
    if (random.chance(strangeness)) return `${random.pick(ALIASES)}: `;
    return random.chance(0.1) ? `${name}_${random.below(3)}: ` : '';
  }

  function condition(): string {
    if (!random.chance(conditions)) return '';
    const directive = random.pick(['skip', 'include']);
    const share = random.chance(0.6) ? randomVariable(new GraphQLNonNull(GraphQLBoolean), random, variables) : 'true';
    return ` @${directive}(if: ${share})${random.chance(0.1) ? ` @${directive === 'skip' ? 'include' : 'skip'}(if: false)` : ''}`;
  }

  const query = selection(schema.getQueryType() as GraphQLCompositeType, 2 + random.below(5));
  const declared = variables.declared.length > 0 ? `(${variables.declared.join(', ')})` : '';
  const texts = [`query ${declared} ${query}`, ...fragments.map(({ text }) => text)];
  return { query: texts.join('\n'), variables: variables.given };
}

/** The types that an object of this type may also be of. */
function relatives(schema: GraphQLSchema, type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const all = Object.values(schema.getTypeMap()).filter(isCompositeType);
  return all.filter((other) =>
    isAbstractType(other)
      ? possible.some((one) => schema.isSubType(other, one))
      : possible.some((one) => one.name === other.name),
  );
}
