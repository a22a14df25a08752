import { parse, visit } from 'graphql';

/**
 * What a part of a graph may have at the most: to compose it takes a core of the process for longer the more there is of
 * it, and while it does nobody is answered. At these, a second or two.
 */
const MOST = { types: 500, fields: 5_000, keys: 100 };

/** Of what a part of a graph has too much, in words; undefined when it may be composed. */
export function tooMuch(part: string): string | undefined {
  const counted = { types: 0, fields: 0, keys: 0 };
  const type = () => void counted.types++;
  const field = () => void counted.fields++;
  visit(parse(part, { noLocation: true }), {
    ObjectTypeDefinition: type,
    ObjectTypeExtension: type,
    InterfaceTypeDefinition: type,
    InterfaceTypeExtension: type,
    InputObjectTypeDefinition: type,
    InputObjectTypeExtension: type,
    UnionTypeDefinition: type,
    UnionTypeExtension: type,
    EnumTypeDefinition: type,
    EnumTypeExtension: type,
    ScalarTypeDefinition: type,
    ScalarTypeExtension: type,
    FieldDefinition: field,
    // Also an argument, and a field of an input.
    InputValueDefinition: field,
    EnumValueDefinition: field,
    Directive: ({ name }) => void (name.value === 'key' && counted.keys++),
  });
  for (const [what, most] of Object.entries(MOST)) {
    const count = counted[what as keyof typeof MOST];
    if (count > most) return `has ${count} ${what}, and ${most} are the most`;
  }
  return undefined;
}
