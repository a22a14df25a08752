import { z } from 'zod';
import type { Module } from '../kernel/module.ts';
import type { SettingsSchema } from '../kernel/settings.ts';

const names = z.array(z.string()).optional();

/** What processes have to know of a plug-in that another one hosts: what it declares, as JSON, and none of its code. */
const Declaration = z.strictObject({
  name: z.string(),
  contract: z.string(),
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
  /** As JSON Schema. */
  storeSettings: z.record(z.string(), z.unknown()).optional(),
});

/** A plug-in's declaration as the text of a file. */
export function declarationOf({ storeSettings, ...module }: Module): string {
  const declared = Object.fromEntries(
    Object.entries(module).filter(([name]) => Object.hasOwn(Declaration.shape, name)),
  );
  const schema = storeSettings && z.toJSONSchema(storeSettings, { io: 'input' });
  return `${JSON.stringify({ ...declared, ...(schema && { storeSettings: schema }) }, null, 2)}\n`;
}

/** The plug-in that a file declares; it cannot be hosted. Throws an Error that says what is wrong with the text. */
export function readDeclaration(text: string): Module {
  const { storeSettings, ...declared } = parse(text);
  return {
    ...(declared as Omit<Module, 'setup'>),
    ...(storeSettings && { storeSettings: z.fromJSONSchema(storeSettings as never) as SettingsSchema }),
    setup() {
      throw new Error('its declaration alone is here, and none of its code: another process hosts it');
    },
  };
}

function parse(text: string): z.infer<typeof Declaration> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`its declaration is not JSON: ${(error as Error).message}`);
  }
  const { data, error } = Declaration.safeParse(json);
  if (data) return data;
  const [first] = error.issues;
  throw new Error(
    `its declaration is none that \`dinegraph declare\` writes: ${first?.path.join('.')} ${first?.message}`,
  );
}
