import { type ASTNode, type DirectiveNode, type FieldDefinitionNode, Kind, visit } from 'graphql';
import { ROOTS, type TypePart } from './part.ts';

/** What callers have to be or to have. */
const RIGHTS = ['authenticated', 'requiresScopes', 'policy'];
/** What a plug-in's own types, and the fields of these, may bear. */
const OWN_TYPE = ['key', 'shareable', 'inaccessible', ...RIGHTS, 'specifiedBy'];
const OWN_FIELD = ['external', 'requires', 'provides', 'shareable', 'inaccessible', ...RIGHTS, 'deprecated'];
/** What fields may bear that are added to a type of another's, or to Query, Mutation and Subscription. */
const ADDED_FIELD = ['requires', 'provides', ...RIGHTS, 'deprecated'];
/** What arguments, fields of inputs and values of enums may bear. */
const OWN_VALUE = ['inaccessible', 'deprecated'];
const ADDED_VALUE = ['deprecated'];

/**
 * The first directive that a plug-in may not use where it stands, as a reason; undefined when there is none. What is not
 * listed here is refused, under whatever name: a directive may take away, take over or hide what is another's.
 * `borrowed` are the fields of another's type that the plug-in names without adding them: its keys, and what is external.
 */
export function wrongDirective(
  { name, nodes }: TypePart,
  isForeign: boolean,
  borrowed: (field: FieldDefinitionNode) => boolean,
): string | undefined {
  const isAdded = isForeign || ROOTS.has(name);
  const onType = ROOTS.has(name) ? [] : isForeign ? ['key'] : OWN_TYPE;
  const onField = (field: FieldDefinitionNode) => {
    if (isForeign && borrowed(field)) return ['external'];
    return isAdded ? ADDED_FIELD : OWN_FIELD;
  };
  for (const node of nodes) {
    const reason =
      wrongOn(`type ${name}`, node.directives, onType) ??
      first(fieldsOf(node), (field) =>
        wrongOn(`field ${name}.${field.name.value}`, field.directives, onField(field)),
      ) ??
      wrongValue(node, name, isAdded ? ADDED_VALUE : OWN_VALUE);
    if (reason) return reason;
  }
  return undefined;
}

function first<T>(all: readonly T[], reasonOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const reason = reasonOf(one);
    if (reason) return reason;
  }
  return undefined;
}

function fieldsOf(node: ASTNode): readonly FieldDefinitionNode[] {
  const fields = ('fields' in node && node.fields) || [];
  return fields.filter((field): field is FieldDefinitionNode => field.kind === 'FieldDefinition');
}

/** Arguments, fields of inputs and values of enums, however deep they stand. */
function wrongValue(node: ASTNode, typeName: string, allowed: readonly string[]): string | undefined {
  let reason: string | undefined;
  const look = ({
    name,
    directives,
  }: {
    name: { value: string };
    directives?: readonly DirectiveNode[] | undefined;
  }) => {
    reason ??= wrongOn(`${typeName}'s ${name.value}`, directives, allowed);
  };
  visit(node, { InputValueDefinition: look, EnumValueDefinition: look });
  return reason;
}

function wrongOn(
  place: string,
  directives: readonly DirectiveNode[] | undefined,
  allowed: readonly string[],
): string | undefined {
  return first(directives ?? [], ({ name, arguments: given = [] }) => {
    if (!allowed.includes(name.value)) return `its ${place} has @${name.value}, which plug-ins may not use there`;
    const empty = given.find(({ value }) => value.kind === Kind.NULL);
    if (empty) return `its ${place} says null for ${empty.name.value} of @${name.value}`;
    const names = given.map((argument) => argument.name.value);
    const twice = names.find((one, index) => names.indexOf(one) !== index);
    return twice && `its ${place} says ${twice} of @${name.value} twice`;
  });
}
