import { type ASTNode, Kind, parse, visit } from 'graphql';

/**
 * What a part of a graph may have at the most: to compose it, and to read what was composed, takes a core of the process
 * for longer the more there is of it, and while it does nobody is answered. Four times what the largest of the product's
 * own parts has; at these it takes a fifth longer than the product's own graph does without.
 */
const MOST = { types: 200, fields: 1_000, keys: 50, members: 200, selected: 200 };

/** The kinds of what counts as a field: arguments, fields of inputs and values of enums cost as much. */
const FIELDS: ReadonlySet<string> = new Set([
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
  Kind.ENUM_VALUE_DEFINITION,
]);
/** How a type's kinds end, as it is said first and as it is added to. */
const TYPE = /Type(Definition|Extension)$/;

/** Of what a part of a graph has too much, in words; undefined when it may be composed. */
export function tooMuch(part: string): string | undefined {
  const counted = { types: 0, fields: 0, keys: 0, members: 0, selected: 0 };
  visit(parse(part, { noLocation: true }), {
    enter(node: ASTNode) {
      if (TYPE.test(node.kind)) counted.types += 1;
      if (FIELDS.has(node.kind)) counted.fields += 1;
      // A type's interfaces, and what a union is of.
      if ('interfaces' in node) counted.members += node.interfaces?.length ?? 0;
      if ('types' in node) counted.members += node.types?.length ?? 0;
      if (node.kind !== Kind.DIRECTIVE) return;
      if (node.name.value === 'key') counted.keys += 1;
      for (const { name, value } of node.arguments ?? [])
        if (name.value === 'fields' && value.kind === Kind.STRING)
          counted.selected += value.value.match(/\w+/g)?.length ?? 0;
    },
  });
  for (const [what, most] of Object.entries(MOST)) {
    const count = counted[what as keyof typeof MOST];
    if (count > most) return `has ${count} ${what}, and ${most} are the most`;
  }
  return undefined;
}
