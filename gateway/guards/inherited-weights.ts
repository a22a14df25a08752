import { type DocumentNode, Kind } from 'graphql';
import type { ListSize } from './weights.ts';

interface Written {
  weights: Map<string, number>;
  sizes: Map<string, ListSize>;
}

/**
 * Has interfaces and unions cost as much as the dearest of their object types, wherever a graph says nothing of them, so
 * that nothing is cheaper for being asked for by a wider type.
 */
export function inherit({ definitions }: DocumentNode, { weights, sizes }: Written): void {
  const members = new Map<string, string[]>();
  const join = (wide: string, member: string) => members.set(wide, [...(members.get(wide) ?? []), member]);
  for (const node of definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION)
      for (const wide of node.interfaces ?? []) join(wide.name.value, node.name.value);
    if (node.kind === Kind.UNION_TYPE_DEFINITION)
      for (const member of node.types ?? []) join(node.name.value, member.name.value);
  }
  for (const node of definitions) {
    if (node.kind !== Kind.INTERFACE_TYPE_DEFINITION && node.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    const { value: wide } = node.name;
    const types = members.get(wide) ?? [];
    const take = (place: string) => {
      const said = types.flatMap((type) => weights.get(type + place) ?? []);
      // An object of which nothing is said costs 1.
      if (place === '' && said.length < types.length) said.push(1);
      if (said.length > 0 && !weights.has(wide + place)) weights.set(wide + place, Math.max(...said));
    };
    take('');
    for (const { name, arguments: args = [] } of ('fields' in node && node.fields) || []) {
      const place = `.${name.value}`;
      take(place);
      for (const argument of args) take(`${place}(${argument.name.value}:)`);
      const lengths = types.flatMap((type) => sizes.get(type + place) ?? []);
      if (lengths.length > 0 && !sizes.has(wide + place)) sizes.set(wide + place, longest(lengths));
    }
  }
}

/** What composition makes of them where several subgraphs say something of one field. */
function longest(sizes: readonly ListSize[]): ListSize {
  const assumed = sizes.flatMap(({ assumedSize }) => assumedSize ?? []);
  const all = (names: readonly (readonly string[] | undefined)[]) => {
    const known = names.filter((one) => one !== undefined);
    return known.length > 0 ? [...new Set(known.flat())] : undefined;
  };
  return {
    assumedSize: assumed.length > 0 ? Math.max(...assumed) : undefined,
    slicingArguments: all(sizes.map(({ slicingArguments }) => slicingArguments)),
    sizedFields: all(sizes.map(({ sizedFields }) => sizedFields)),
    requireOneSlicingArgument: sizes.every(({ requireOneSlicingArgument }) => requireOneSlicingArgument !== false),
  };
}
