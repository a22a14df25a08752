import type { Supergraph } from '@apollo/federation-internals';
import {
  type ArgumentNode,
  astFromValue,
  type DirectiveNode,
  type GraphQLArgument,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

/**
 * Lets clients use the directives that subgraphs have made for them. Where these are of a specification of the subgraphs' own
 * (`@composeDirective`), the supergraph links it, and what is linked is hidden from clients, with all that is for gateways.
 */
export function showClientDirectives({ schema }: Supergraph): void {
  const forClients = schema.directives().filter((one) => one.hasExecutableLocations());
  for (const feature of schema.coreFeatures?.allFeatures() ?? [])
    if (forClients.some((one) => feature.isFeatureDefinition(one))) feature.directive.remove();
}

/** Says what a client has left out of directives: a subgraph may have another default for it, or none. */
export function withDefaults(schema: GraphQLSchema, operation: OperationDefinitionNode): OperationDefinitionNode {
  return visit(operation, {
    Directive(node): DirectiveNode {
      const { name, arguments: given = [] } = node;
      const left = schema
        .getDirective(name.value)
        ?.args.filter((one) => !given.some((arg) => arg.name.value === one.name));
      return { ...node, arguments: [...given, ...(left ?? []).flatMap(defaultOf)] };
    },
  });
}

function defaultOf({ name, type, defaultValue }: GraphQLArgument): ArgumentNode[] {
  const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
  return value ? [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value }] : [];
}
