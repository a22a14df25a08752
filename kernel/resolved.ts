import { type DocumentNode, Kind } from 'graphql';
import type { ResolverMap } from './module.ts';

/**
 * Throws an Error when a module resolves what its schema does not have. A field without a resolver is the default
 * resolver's, which reads the property of its name.
 */
export function assertResolves(name: string, schema: DocumentNode, resolvers: ResolverMap): void {
  const fields = fieldsOf(schema);
  for (const [type, resolved] of Object.entries(resolvers)) {
    const known = fields.get(type);
    if (!known) throw new Error(`${name} resolves ${type}, which its schema does not have`);
    // Of others, such as scalars and unions, there are no fields to compare.
    if (known.size === 0) continue;
    const stray = Object.keys(resolved).find((field) => !field.startsWith('__') && !known.has(field));
    if (stray) throw new Error(`${name} resolves ${type}.${stray}, which its schema does not have`);
  }
}

/** Throws an Error when a field that is followed live is no subscription, or nothing resolves it: each frame would be null. */
export function assertLive(
  name: string,
  schema: DocumentNode,
  resolvers: ResolverMap,
  live: Readonly<Record<string, unknown>>,
): void {
  const subscriptions = fieldsOf(schema).get('Subscription');
  for (const field of Object.keys(live)) {
    if (!subscriptions?.has(field))
      throw new Error(`${name} has ${field} in live, and its schema has no Subscription.${field}`);
    if (!resolvers['Subscription']?.[field])
      throw new Error(`${name} has ${field} in live, and no resolver for Subscription.${field}`);
  }
}

/** The fields of each type; none of a type that has no fields to resolve. */
function fieldsOf(schema: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  const types = new Map<string, Set<string>>();
  for (const node of schema.definitions) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const known = types.get(node.name.value) ?? new Set();
    types.set(node.name.value, known);
    const hasFields =
      node.kind === Kind.OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.OBJECT_TYPE_EXTENSION ||
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      node.kind === Kind.INTERFACE_TYPE_EXTENSION;
    if (hasFields) for (const field of node.fields ?? []) known.add(field.name.value);
  }
  return types;
}
