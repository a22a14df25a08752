import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { generate } from '../../cli/generate.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The release made last, by its number. */
function lastRelease(): string | undefined {
  const releases = globSync('schema/releases/*.graphql', { cwd: root });
  return releases.sort((a, b) => basename(a).localeCompare(basename(b), 'en', { numeric: true })).at(-1);
}

/** What a change is about, as its description names it: a field, or else a type. The first and longest such name. */
function subjectOf(description: string, schema: GraphQLSchema): string {
  const types = Object.keys(schema.getTypeMap());
  const named = [...description.matchAll(/[\w.]+/g)].map(([word]) => word.replace(/\.$/, ''));
  const known = named.filter((word) => types.includes(word.split('.')[0] ?? ''));
  const fields = known.filter((word) => word.includes('.'));
  return (fields.length > 0 ? fields : known).sort((a, b) => b.length - a.length)[0] ?? description;
}

/** The breaking changes between two schemas whose subject the change log's Unreleased section does not name. */
function unannounced(before: GraphQLSchema, after: GraphQLSchema, changelog: string): string[] {
  const unreleased = changelog.split(/^## /m).find((section) => section.startsWith('Unreleased')) ?? '';
  const announced = new Set(unreleased.match(/[\w.]+\w/g));
  return findBreakingChanges(before, after)
    .map(({ description }) => description)
    .filter((description) => !announced.has(subjectOf(description, before)));
}

test('what is generated is what is committed: run `npm run generate` when this fails', async () => {
  const stale = [...(await generate())].filter(([file, text]) => !existsSync(join(root, file)) || read(file) !== text);
  expect(stale.map(([file]) => file)).toEqual([]);
});

test('the public graph keeps what the last release promised, or CHANGELOG.md says what breaks', () => {
  const release = lastRelease();
  if (!release) throw new Error('there is no release in schema/releases');
  const changes = unannounced(
    buildSchema(read(release)),
    buildSchema(read('schema/api.graphql')),
    read('CHANGELOG.md'),
  );
  expect(changes).toEqual([]);
});

test('a change that breaks is noticed, and only a note that names what it is about allows it', () => {
  const before = buildSchema('type Query { order: Int orders(first: Int): Int }');
  const after = buildSchema('type Query { orders(first: Int, storeId: ID!): Int }');
  const said = (note: string) => unannounced(before, after, `## Unreleased\n${note}\n## 0.1.0\n- Query.order\n`);
  expect(said('')).toHaveLength(2);
  expect(said('- A change.')).toHaveLength(2);
  expect(said('- Query.orders asks for the store.')).toEqual([expect.stringContaining('Query.order ')]);
  expect(said('- Query.orders asks for the store; Query.order is gone.')).toEqual([]);
});

test('every type, field and value of the public graph is described', () => {
  const schema = buildSchema(read('schema/api.graphql'));
  const bare: string[] = [];
  const look = (name: string, description: string | null | undefined) => description || bare.push(name);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || ['String', 'Boolean', 'Int', 'Float', 'ID'].includes(type.name)) continue;
    if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) look(type.name, type.description);
    const members = isEnumType(type)
      ? type.getValues()
      : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : [];
    for (const member of members) look(`${type.name}.${member.name}`, member.description);
  }
  expect(bare).toEqual([]);
});
