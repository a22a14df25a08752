import { z } from 'zod';
import type { Module } from '../kernel/module.ts';
import { declared } from '../kernel/plugin-declaration.ts';
import type { SettingsSchema } from '../kernel/settings.ts';

/** What processes have to know of a plug-in that another one hosts: what it declares, as JSON, and none of its code. */
const Declaration = z.strictObject({
  ...declared,
  contract: z.string(),
  /** As JSON Schema. */
  storeSettings: z.record(z.string(), z.unknown()).optional(),
});

/** A plug-in's declaration as the text of a file. */
export function declarationOf({ storeSettings, ...module }: Module): string {
  const stated = Object.fromEntries(Object.entries(module).filter(([name]) => Object.hasOwn(Declaration.shape, name)));
  const schema = storeSettings && z.toJSONSchema(storeSettings, { io: 'input' });
  return `${JSON.stringify({ ...stated, ...(schema && { storeSettings: schema }) }, null, 2)}\n`;
}

/** The plug-in that a file declares; it cannot be hosted. Throws an Error that says what is wrong with the text. */
export function readDeclaration(text: string): Module {
  const { storeSettings, ...stated } = parse(text);
  return {
    ...(stated as Omit<Module, 'setup'>),
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
