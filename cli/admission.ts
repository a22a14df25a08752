import {
  isTypeDefinitionNode,
  isTypeExtensionNode,
  parse,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { compose } from '../gateway/compose.ts';
import { misfit } from '../kernel/contract.ts';
import type { Module } from '../kernel/module.ts';

/** The modules of a product, and the plug-ins that it goes without, each with the reason in one line. */
export interface Admitted {
  readonly modules: readonly Module[];
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Looks at plug-ins from outside before anything of them runs: whether they fit the contract, take no name, route or type
 * that is another's, and make one graph with all others. One that does not is left out, and the others are not.
 */
export async function admit(own: readonly Module[], plugins: readonly Module[]): Promise<Admitted> {
  const modules = [...own];
  const refused = new Map<string, string>();
  for (const plugin of plugins) {
    const reason = unfit(plugin, modules) ?? (await notOneGraph([...modules, plugin]));
    if (reason === undefined) modules.push(plugin);
    else refused.set(plugin.name, reason);
  }
  return { modules, refused };
}

/** A folder, a database, a queue and an environment's variable are named after it. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const LONGEST = 40;

function unfit(plugin: Module, others: readonly Module[]): string | undefined {
  const { name, contract, routes = [], provides = [] } = plugin;
  if (!NAME.test(name) || name.length > LONGEST || name === 'gateway')
    return `its name is not in small letters, digits and single hyphens, ${LONGEST} at the most`;
  const wrong = misfit(contract);
  if (wrong) return wrong;
  const missing = plugin.storeSettings?.safeParse({}).error?.issues[0]?.path[0];
  if (missing !== undefined) return `its setting ${String(missing)} for stores has no default`;
  for (const other of others) {
    if (other.name === name) return 'its name is taken';
    const route = other.routes?.find((one) => routes.includes(one));
    if (route) return `its route ${route} is one of ${other.name}`;
    const offer = other.provides?.find((one) => provides.some((mine) => isSame(mine, one)));
    if (offer) return `its ${offer.token.name} "${offer.name}" is one of ${other.name}`;
  }
  return typeTaken(plugin, others);
}

type Offered = NonNullable<Module['provides']>[number];

const isSame = (one: Offered, other: Offered) => one.token.name === other.token.name && one.name === other.name;

/** A type that is another's may be given fields by its key, and nothing else: what it is, is for its owner to say. */
function typeTaken(plugin: Module, others: readonly Module[]): string | undefined {
  let mine: ReadonlyMap<string, TypeDefinition>;
  try {
    mine = typesOf(plugin);
  } catch (error) {
    return `its part of the graph cannot be read: ${oneLine((error as Error).message)}`;
  }
  for (const other of others) {
    const theirs = typesOf(other);
    for (const [name, type] of mine) {
      if (!theirs.has(name) || ROOTS.has(name)) continue;
      if (!type.directives?.some((directive) => directive.name.value === 'key'))
        return `its type ${name} is one of ${other.name}; fields are added to it by its @key`;
    }
  }
  return undefined;
}

type TypeDefinition = TypeDefinitionNode | TypeExtensionNode;

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

function typesOf({ schema }: Module): ReadonlyMap<string, TypeDefinition> {
  const { definitions } = schema ? parse(schema, { noLocation: true }) : { definitions: [] };
  return new Map(
    definitions.flatMap((node): [string, TypeDefinition][] =>
      isTypeDefinitionNode(node) || isTypeExtensionNode(node) ? [[node.name.value, node]] : [],
    ),
  );
}

async function notOneGraph(modules: readonly Module[]): Promise<string | undefined> {
  try {
    await compose(modules);
    return undefined;
  } catch (error) {
    return `its part of the graph does not fit the others: ${oneLine((error as Error).message)}`;
  }
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').slice(0, 500);
