import type { z } from 'zod';
import { isSecret } from './store-settings-schema.ts';

/** A schema of settings: an object whose fields read strings (use z.coerce). */
export type SettingsSchema = z.ZodObject;

/** A value of the environment that the product cannot start with. */
export class ConfigurationError extends Error {}

/** The environment's name of a setting: `holdMinutes` of `orders` is ORDERS_HOLD_MINUTES. */
export function environmentName(prefix: string, key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => `_${letter}`);
  return [prefix, words].filter(Boolean).join('_').replaceAll('-', '_').toUpperCase();
}

/**
 * Reads settings from the environment, each by its name in upper case behind the prefix.
 * Throws a ConfigurationError that names the first bad variable, its value and what is expected.
 */
export function readSettings<S extends SettingsSchema>(
  schema: S,
  environment: NodeJS.ProcessEnv,
  prefix = '',
): z.infer<S> {
  const names = new Map(Object.keys(schema.shape).map((key) => [key, environmentName(prefix, key)]));
  const given = Object.fromEntries([...names].map(([key, name]) => [key, environment[name]?.trim() || undefined]));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = String(issue?.path[0] ?? '');
  const name = names.get(key);
  if (name === undefined) throw new ConfigurationError(`The settings of ${prefix} are not valid: ${issue?.message}`);
  const field = schema.shape[key];
  const hides =
    (field && isSecret(field)) ||
    /(PIN|PASSWORD|SECRET|TOKEN|KEYS?)$/.test(name) ||
    /:\/\/[^/]*@/.test(environment[name] ?? '');
  const shown = hides ? '' : `=${JSON.stringify(environment[name] ?? '')}`;
  throw new ConfigurationError(`${name}${shown} is not valid: ${issue?.message}`);
}
