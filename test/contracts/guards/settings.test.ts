import { expect, test } from '@jest/globals';
import { guardsOf } from '../../../gateway/guards/guards.ts';
import { run } from '../../process.ts';

test.each([
  ['MAX_DEPTH', 'deep', 'expected a whole number from 1 to 1000'],
  ['MAX_ALIASES', '1.5', 'expected a whole number from 0 to 10000'],
  ['MAX_BODY', '-1', 'expected a whole number from 100 to 100000000'],
  ['INTROSPECTION', 'perhaps', 'expected true or false'],
  ['RATE_LIMITS', 'signInStaff=3', 'expected fields with numbers, such as Mutation.signInStaff=60,Query.table=600'],
  ['ALLOWED_ORIGINS', 'menu.example', 'expected origins, such as https://menu.example,https://app.example'],
  ['TRUST_PROXY', 'true', 'expected a whole number from 0 to 10'],
])('%s=%s is one line that says what is expected', (name, value, expected) => {
  expect(() => guardsOf({ [name]: value }, false)).toThrow(
    `${name}=${JSON.stringify(value)} is not valid: ${expected}`,
  );
});

test('strictness without a manifest is a mistake, and is said', () => {
  expect(() => guardsOf({ PERSISTED_ONLY: 'true' }, false)).toThrow(/^PERSISTED_ONLY needs PERSISTED_OPERATIONS/);
});

test('in production the schema is not told, unless that is asked for', () => {
  expect(guardsOf({}, false)).toMatchObject({
    introspection: false,
    suggestions: false,
    maxAliases: 15,
    maxDirectives: 5,
  });
  expect(guardsOf({ INTROSPECTION: 'true' }, false)).toMatchObject({ introspection: true, suggestions: false });
  expect(guardsOf({}, true)).toMatchObject({ introspection: true, suggestions: true });
});

test.each([
  [
    'max-depht=3',
    2,
    /^--guard is NAME=VALUE for a limit, such as max-depth=20, not max-depht=3; --help lists the options\n$/,
  ],
  ['max-depth=none', 1, /^MAX_DEPTH="none" is not valid: expected a whole number from 1 to 1000\n$/],
])('npm run gateway -- --guard %s is one line too', async (guard, code, line) => {
  await using command = run('gateway', ['--supergraph', 'any.graphql', '--port', '0', '--guard', guard]);
  expect(await command.ended()).toBe(code);
  expect(command.output()).toMatch(line);
});
