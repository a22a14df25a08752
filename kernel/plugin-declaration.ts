import { z } from 'zod';
import type { Module } from './module.ts';
import { plainMessage } from './telemetry/plain-error.ts';

const names = z.array(z.string()).optional();

/** What a plug-in declares that is the same in its code and in JSON. */
export const declared = {
  name: z.string(),
  contract: z.string().optional(),
  schema: z.string().optional(),
  internal: z.string().optional(),
  emits: names,
  consumes: names,
  readBy: z.string().optional(),
  scopes: names,
  routes: names,
  page: z.looseObject({ path: z.string(), title: z.string() }).optional(),
  provides: z
    .array(z.strictObject({ token: z.looseObject({ name: z.string(), looksUp: z.boolean() }), name: z.string() }))
    .optional(),
};

/** What a plug-in's code declares beside it; `storeSettings` are looked at when it is admitted. */
const Written = z.object({
  ...declared,
  entities: z.array(z.unknown()).optional(),
  migrations: z.string().optional(),
  settings: z.instanceof(z.ZodObject, { error: 'expected z.object({ ... })' }).optional(),
  storeSettings: z.unknown().optional(),
  setup: z.custom<Module['setup']>((value) => typeof value === 'function', { error: 'expected a function' }),
});

/**
 * A plug-in as its file exports it, each half of its declaration read once and kept. Throws an Error whose message says
 * in one line what is wrong with it: it may be anything at all, and throw when it is looked at.
 */
export function readPlugin(exported: unknown): Module {
  const { data, error } = looked(exported);
  if (data) return data as unknown as Module;
  const [first] = error.issues;
  const place = first?.path.map(String) ?? [];
  const isNone = place[0] === undefined || place[0] === 'name' || place[0] === 'setup';
  if (isNone) throw new Error('its default export is no plug-in: export default definePlugin({ ... })');
  throw new Error(`its ${place.join('.')} is not as definePlugin takes it: ${first?.message}`);
}

function looked(exported: unknown) {
  try {
    const plugin = (exported ?? {}) as Record<string, unknown>;
    const read = Object.keys(Written.shape).map((name): [string, unknown] => [name, plugin[name]]);
    const given = Object.fromEntries(read.filter(([, value]) => value !== undefined));
    const { setup } = given;
    return Written.safeParse({
      ...given,
      ...(typeof setup === 'function' && { setup: (host: unknown) => Reflect.apply(setup, exported, [host]) }),
    });
  } catch (error) {
    throw new Error(`its declaration cannot be read: ${plainMessage(error)}`);
  }
}
