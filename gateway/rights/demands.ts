import {
  AUTHENTICATED_VERSIONS,
  AuthenticatedSpecDefinition,
  type DirectiveDefinition,
  type FeatureVersion,
  type NamedSchemaElement,
  POLICY_VERSIONS,
  PolicySpecDefinition,
  REQUIRES_SCOPES_VERSIONS,
  RequiresScopesSpecDefinition,
  type Supergraph,
} from '@apollo/federation-internals';

/** What a caller has to be or to have: signed in, or all scopes (or policies) of one set out of several. */
export type Demand =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] };

/** What each type and field demands, all of it, by coordinates such as `Diner` and `Diner.points`. */
export type Demands = ReadonlyMap<string, readonly Demand[]>;

/** Reads `@authenticated`, `@requiresScopes` and `@policy` of a supergraph, whatever it calls them. */
export function demandsIn({ schema }: Supergraph): Demands {
  const demands = new Map<string, readonly Demand[]>();

  function collect<Arguments extends object>(
    identity: string,
    directiveOf: (version: FeatureVersion) => DirectiveDefinition<Arguments> | undefined,
    demandOf: (given: Arguments) => Demand,
  ): void {
    const feature = schema.coreFeatures?.getByIdentity(identity);
    const directive = feature && directiveOf(feature.url.version);
    for (const application of directive?.applications() ?? []) {
      const { coordinate } = application.parent as NamedSchemaElement<never, never, never>;
      const demand = demandOf(application.arguments() as Arguments);
      // As composition has it: to demand one out of no sets is to demand nothing.
      if (demand.kind !== 'authenticated' && demand.anyOf.length === 0) continue;
      demands.set(coordinate, [...(demands.get(coordinate) ?? []), demand]);
    }
  }

  collect(
    AuthenticatedSpecDefinition.identity,
    (version) => AUTHENTICATED_VERSIONS.find(version)?.authenticatedDirective(schema),
    () => ({ kind: 'authenticated' }),
  );
  collect(
    RequiresScopesSpecDefinition.identity,
    (version) => REQUIRES_SCOPES_VERSIONS.find(version)?.requiresScopesDirective(schema),
    ({ scopes }) => ({ kind: 'scopes', anyOf: scopes }),
  );
  collect(
    PolicySpecDefinition.identity,
    (version) => POLICY_VERSIONS.find(version)?.policyDirective(schema),
    ({ policies }) => ({ kind: 'policies', anyOf: policies }),
  );
  return demands;
}
