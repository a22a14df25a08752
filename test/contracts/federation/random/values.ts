import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Random } from '../../../random.ts';

/** An operation's variables, as they are declared and as they are given. */
export interface Variables {
  declared: string[];
  given: Record<string, unknown>;
}

/** Ids that are there, one that is not, and texts that are none. */
const TEXTS = [
  'd1',
  'd2',
  'c1',
  'g1',
  's1',
  's2',
  'm1',
  'm2',
  'o1',
  'o2',
  'nobody',
  '',
  '"',
  '$a',
  '\\',
  '饺子',
  '👩‍🍳',
];

/** A value that a type takes, as JSON. */
export function randomValue(type: GraphQLInputType, random: Random, depth = 2): unknown {
  if (isNonNullType(type)) return randomPresent(type.ofType, random, depth);
  return random.chance(0.1) ? null : randomPresent(type, random, depth);
}

function randomPresent(type: GraphQLInputType, random: Random, depth: number): unknown {
  if (isListType(type)) return Array.from({ length: random.below(4) }, () => randomValue(type.ofType, random, depth));
  if (isEnumType(type)) return random.pick(type.getValues()).value;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(() => depth > 0 && random.chance(0.5));
    return Object.fromEntries(fields.map((field) => [field.name, randomValue(field.type, random, depth - 1)]));
  }
  const name = String(type);
  if (name === 'Int') return random.below(6);
  if (name === 'Float') return random.below(60) / 10;
  if (name === 'Boolean') return random.chance(0.5);
  if (name === 'Anything') return random.pick([1, 'a', [1, { b: null }], { a: [true] }]);
  return random.pick(TEXTS);
}

/** A value as it is written in an operation; parts of it may be variables. */
export function writtenValue(type: GraphQLInputType, random: Random, variables: Variables): string {
  if (random.chance(0.35)) return randomVariable(type, random, variables);
  if (!isNonNullType(type) && random.chance(0.1)) return 'null';
  const present = isNonNullType(type) ? type.ofType : type;
  if (isListType(present)) {
    const items = Array.from({ length: random.below(3) }, () => writtenValue(present.ofType, random, variables));
    return `[${items.join(', ')}]`;
  }
  if (isInputObjectType(present)) {
    const fields = Object.values(present.getFields()).filter(() => random.chance(0.3));
    return `{ ${fields.map(({ name, type: inner }) => `${name}: ${writtenValue(inner, random, variables)}`).join(', ')} }`;
  }
  return written(randomPresent(present, random, 1), isEnumType(present));
}

/** Declares a variable that this type takes; it may be left to its default, or out. Answers its name with the sign. */
export function randomVariable(type: GraphQLInputType, random: Random, { declared, given }: Variables): string {
  const name = `v${declared.length}`;
  const isRequired = isNonNullType(type);
  const hasDefault = random.chance(0.3) && !String(type).includes('Anything');
  const fallback = hasDefault ? ` = ${writtenValue(type, constant(random), { declared: [], given: {} })}` : '';
  declared.push(`$${name}: ${type}${fallback}`);
  if ((isRequired && !hasDefault) || random.chance(0.7)) given[name] = randomValue(type, random);
  return `$${name}`;
}

/** The same chance, but for variables, which a default cannot have. */
function constant(random: Random): Random {
  return { ...random, chance: (share) => share !== 0.35 && random.chance(share) };
}

function written(value: unknown, isEnum: boolean): string {
  if (isEnum) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => written(item, false)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([name, inner]) => `${name}: ${written(inner, false)}`)} }`;
}
