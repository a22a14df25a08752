import { ConfigurationError, environmentName } from '../kernel/settings.ts';

/** What stands for a module's name in MODULE_URL. */
const PLACEHOLDER = '{module}';

/**
 * Where the modules of other processes are reached: MODULE_URL_ORDERS, or MODULE_URL with the module's name put in
 * (`http://{module}:4000`). Several addresses, with commas between them, are replicas of the module.
 * Throws a ConfigurationError that names the variable to set.
 */
export function addressesOf(names: readonly string[], environment: NodeJS.ProcessEnv): ReadonlyMap<string, string[]> {
  return new Map(names.map((name) => [name, addressOf(name, environment)]));
}

function addressOf(name: string, environment: NodeJS.ProcessEnv): string[] {
  const own = environmentName('MODULE_URL', name);
  const [variable, value] = environment[own]?.trim()
    ? [own, environment[own]]
    : ['MODULE_URL', environment['MODULE_URL']?.replaceAll(PLACEHOLDER, name)];
  if (!value?.trim())
    throw new ConfigurationError(
      `${own} is not set: where is ${name} reached? MODULE_URL=http://${PLACEHOLDER}:4000 says it for all modules.`,
    );
  return value.split(',').map((address) => originOf(address.trim(), variable));
}

function originOf(address: string, variable: string): string {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username)
    throw new ConfigurationError(
      `${variable} is not valid: expected addresses like http://orders:4000, and found ${JSON.stringify(address)}`,
    );
  return url.origin;
}
