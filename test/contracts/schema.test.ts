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

/** The breaking changes between two schemas that a change log does not mention, by what they are about. */
function unannounced(before: GraphQLSchema, after: GraphQLSchema, changelog: string): string[] {
  const unreleased = changelog.split(/^## /m).find((section) => section.startsWith('Unreleased')) ?? '';
  return findBreakingChanges(before, after)
    .map(({ description }) => description)
    .filter(
      (description) =>
        !unreleased.includes(/[A-Z_]\w*(\.\w+)?/i.exec(description.replace(/^The /, ''))?.[0] ?? description),
    );
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

test('a field that vanishes is noticed, and a note in the change log allows it', () => {
  const before = buildSchema('type Query { a: Int b: Int }');
  const after = buildSchema('type Query { a: Int }');
  expect(unannounced(before, after, '## Unreleased\n')).toHaveLength(1);
  expect(unannounced(before, after, '## Unreleased\n- Query.b is gone: use Query.a.\n')).toEqual([]);
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
