import { type DefinitionNode, type DirectiveNode, Kind, parse, print } from 'graphql';
import { sharedSdl } from '../sdl.ts';
import { MACHINERY } from './part.ts';

/** The specifications that a subgraph may link to: they are the product's own, and added by it. */
const KNOWN_LINK = /^https:\/\/specs\.apollo\.dev\/(federation|link|join)\/v\d+\.\d+$/;

/** What every module's schema has, and so none may bring, by its kind and name: the names of its fields or values. */
const shared = new Map(
  parse(sharedSdl, { noLocation: true }).definitions.map((node) => [kindAndName(node), membersOf(node)]),
);

/**
 * A foreign subgraph's SDL as a module's part of the graph is written: without its links to federation, without what every
 * module has, and without what libraries add by themselves. Throws an Error for what is none, or links to something else.
 */
export function asPart(sdl: string): string {
  const { definitions } = parse(sdl, { noLocation: true });
  const kept = definitions.filter(isOwn).flatMap(withoutMachinery);
  return kept.map(print).join('\n\n');
}

function isOwn(node: DefinitionNode): boolean {
  if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
    for (const directive of node.directives ?? []) assertKnownLink(directive);
    if (node.operationTypes?.some(({ operation, type }) => type.name.value.toLowerCase() !== operation))
      throw new Error('its root types are not called Query and Mutation');
    return false;
  }
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return false;
  if (!('name' in node) || !node.name) return false;
  const name = node.name.value;
  if (name === 'Subscription') throw new Error('it has subscriptions, which a remote plug-in cannot serve');
  return !MACHINERY.test(name) && !isShared(node);
}

/** Whether it is what every module has, or a part of that; another thing of the same name is not. */
function isShared(node: DefinitionNode): boolean {
  const members = shared.get(kindAndName(node));
  return members !== undefined && membersOf(node).every((name) => members.includes(name));
}

function kindAndName(node: DefinitionNode): string {
  return `${node.kind} ${('name' in node && node.name?.value) || ''}`;
}

function membersOf(node: DefinitionNode): string[] {
  const members = ('fields' in node && node.fields) || ('values' in node && node.values) || [];
  return members.map(({ name }) => name.value);
}

function assertKnownLink({ name, arguments: given = [] }: DirectiveNode): void {
  const url = given.find((one) => one.name.value === 'url')?.value;
  const renamed = given.some((one) => one.name.value === 'as' || print(one.value).includes('as:'));
  if (name.value === 'link' && url?.kind === Kind.STRING && KNOWN_LINK.test(url.value) && !renamed) return;
  throw new Error(`its schema bears @${name.value}${url ? ` to ${print(url)}` : ''}, which it may not`);
}

/** Without the fields that every subgraph has for the gateway; nothing where it has no others. */
function withoutMachinery(node: DefinitionNode): DefinitionNode[] {
  if (!('fields' in node) || !node.fields?.length) return [node];
  const fields = node.fields.filter((field) => !MACHINERY.test(field.name.value));
  return fields.length > 0 ? [{ ...node, fields } as DefinitionNode] : [];
}
