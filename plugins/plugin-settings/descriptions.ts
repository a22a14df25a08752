import { z } from 'zod';
import type { Module } from '../../kernel/module.ts';
import { isSecret } from '../../kernel/store-settings-schema.ts';

/** A setting that a plug-in declares for stores. */
export interface Described {
  name: string;
  description: string | null;
  isSecret: boolean;
  /** What it takes, as JSON Schema. */
  schema: string;
  /** What a value has to be. */
  takes: z.ZodType;
  /** What holds where nothing was set. */
  byDefault: unknown;
}

/** What is shown of how a secret has to be: examples, a pattern or a default may be one. */
const SHOWN_OF_SECRETS = ['type', 'title', 'minLength', 'maxLength', 'anyOf'];

/** The settings that a plug-in declares for stores, in its order. */
export function settingsOf({ storeSettings }: Module): readonly Described[] {
  if (!storeSettings) return [];
  const defaults = storeSettings.parse({}) as Record<string, unknown>;
  return Object.entries(storeSettings.shape).map(([name, field]) => {
    const takes = field as unknown as z.ZodType;
    const { description = null, ...schema } = z.toJSONSchema(takes, { io: 'input' });
    const hides = isSecret(takes);
    return {
      name,
      description,
      isSecret: hides,
      schema: JSON.stringify({ ...schema, $schema: undefined }, hides ? SHOWN_OF_SECRETS : null),
      takes,
      byDefault: defaults[name],
    };
  });
}
