import { setImmediate as turn } from 'node:timers/promises';
import { SECOND } from '../kernel/clock.ts';
import type { Answer, App } from './app.ts';
import type { Person } from './people.ts';

/** Asks again and again until the answer is as it should be; of what happens behind an answer nobody is told. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = performance.now() + 20 * SECOND; performance.now() < end; await turn()) if (await isSo()) return;
  throw new Error(`it does not come to be: ${isSo}`);
}

/** What headquarters does with remote plug-ins, through the public graph. */
export type RemoteRegistry = ReturnType<typeof remoteRegistryOf>;

/** Headquarters' hold on the remote plug-ins of a product. */
export function remoteRegistryOf(app: App, hq: Person) {
  const field = (text: string, variables: object) => app.graph(text, { ...variables }, hq.token);
  return {
    register: (input: object): Promise<Answer> =>
      field('mutation ($input: RegisterPluginInput!) { registerPlugin(input: $input) { secret plugin { name } } }', {
        input: { contract: '1.0', ...input },
      }),
    renew: (name: string): Promise<Answer> =>
      field('mutation ($name: String!) { renewPluginSecret(name: $name) { secret } }', { name }),
    remove: (name: string): Promise<Answer> =>
      field('mutation ($name: String!) { removePlugin(name: $name) }', { name }),
    turn: (name: string, enabled: boolean): Promise<Answer> =>
      field('mutation ($input: SetRemotePluginInput!) { setRemotePlugin(input: $input) { enabled } }', {
        input: { name, enabled },
      }),
    /** Whether each plug-in is on, by its name. */
    async enabled(): Promise<Record<string, boolean>> {
      const { data } = await field('{ remotePlugins { name enabled } }', {});
      const plugins = data.remotePlugins as { name: string; enabled: boolean }[];
      return Object.fromEntries(plugins.map(({ name, enabled }) => [name, enabled]));
    },
    /** Waits until the gateway serves a query, or serves it no longer. */
    served: (query: string, isServed = true) =>
      until(async () => {
        const { errors } = await app.graph(query);
        return (errors?.[0]?.extensions.code !== 'GRAPHQL_VALIDATION_FAILED') === isServed;
      }),
  };
}

/** The code of an answer's error; undefined when there is none. */
export const codeOf = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;
