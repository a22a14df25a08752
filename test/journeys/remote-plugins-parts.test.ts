import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { headquarters } from '../people.ts';
import { codeOf, type RemoteRegistry, remoteRegistryOf, until } from '../remote-registry.ts';
import { remoteService } from '../remote-service.ts';

let app: App;
let registry: RemoteRegistry;
beforeAll(async () => {
  app = await startApp();
  registry = remoteRegistryOf(app, await headquarters(app));
});
afterAll(() => app[Symbol.asyncDispose]());

const nowhere = 'http://127.0.0.1:9/';
/** Which plug-ins are not as they should be. */
const failing = async (): Promise<string[]> => {
  const { plugins } = (await (await fetch(`${app.url}/readyz`)).json()) as {
    plugins: Record<string, { state: string }>;
  };
  return Object.keys(plugins).filter((name) => plugins[name]?.state === 'failing');
};

test('a plug-in that does not fit any more keeps no other from being registered', async () => {
  await using one = await remoteService('type Query { fine: Int }');
  await using other = await remoteService('type Query { fine: Int }');
  const asked = Promise.withResolvers<void>();
  const both = new Set<string>();
  // Both are asked before either is known.
  for (const service of [one, other])
    service.hold = () => {
      if (both.add(service.url).size === 2) asked.resolve();
      return asked.promise;
    };
  const answers = await Promise.all([
    registry.register({ name: 'fine-one', url: one.url }),
    registry.register({ name: 'fine-other', url: other.url }),
  ]);
  expect(answers.map(codeOf)).toEqual([undefined, undefined]);
  await until(async () => (await failing()).length === 1);

  const third = await registry.register({ name: 'harmless', url: nowhere, schema: 'type Query { harmless: Int }' });
  expect(codeOf(third)).toBeUndefined();
  await registry.served('{ harmless }');
  expect(await failing()).toHaveLength(1);
  // What is served may still not be taken.
  const same = await registry.register({ name: 'same', url: nowhere, schema: 'type Query { harmless: Int }' });
  expect(codeOf(same)).toBe('REMOTE_PLUGIN_UNFIT');
  for (const name of ['fine-one', 'fine-other', 'harmless']) await registry.remove(name);
  await registry.served('{ harmless }', false);
});
