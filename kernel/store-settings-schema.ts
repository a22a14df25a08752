import { z } from 'zod';
import { plainMessage } from './telemetry/plain-error.ts';

type Field = z.core.$ZodType;

/** The kinds that are around another one, which says what a value is. */
const WRAPPERS: readonly string[] = ['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly', 'catch'];

/** What a change of whether a plug-in works at a store is noted as, among those of its settings. */
export const SWITCH = 'enabled';

/** Whether a setting for stores is a secret, however optional it is. */
export function isSecret(field: Field): boolean {
  return layersOf(field).some(saysSecret);
}

/**
 * Why a plug-in's settings for stores cannot be shown and set by people, in one line: they are no object, one of them has
 * no default or is not what JSON Schema can say, or a secret is not a string of its own. Undefined when they can be.
 */
export function storeSettingsFault(schema: unknown): string | undefined {
  if (schema === undefined) return undefined;
  if (!(schema instanceof z.ZodObject)) return 'its settings for stores are no z.object({ ... })';
  for (const [name, field] of Object.entries(schema.shape)) {
    if (name === SWITCH) return `its setting ${SWITCH} for stores is called as what switches it off there`;
    const fault = faultOf(field);
    if (fault) return `its setting ${name} for stores ${fault}`;
  }
  return defaultsFault(schema);
}

function faultOf(field: Field): string | undefined {
  const layers = layersOf(field);
  const own = new Set(layers.flatMap(withParents));
  let hidden = false;
  let changing = false;
  try {
    z.toJSONSchema(field, {
      io: 'input',
      override: ({ zodSchema }) => {
        if (saysSecret(zodSchema) && !own.has(zodSchema)) hidden = true;
        if (zodSchema._zod.def.type === 'pipe') changing = true;
      },
    });
  } catch {
    return 'is none that JSON Schema can say, as strings, numbers, booleans, lists and objects of them are';
  }
  if (changing) return 'is changed by a transform: what is set, kept and shown has to be the same';
  if (hidden) return 'has a secret inside of it: a secret is a string of its own';
  if (isSecret(field) && layers.at(-1)?._zod.def.type !== 'string') return 'is a secret, and no string';
  return undefined;
}

function defaultsFault(schema: z.ZodObject): string | undefined {
  try {
    const { data, error } = schema.safeParse({});
    if (error) return `its setting ${String(error.issues[0]?.path[0] ?? '')} for stores has no default`;
    JSON.stringify(data);
    return undefined;
  } catch (error) {
    return `its settings for stores have no defaults: ${plainMessage(error)}`;
  }
}

/** A field and what it is around, to the very kind of its value. */
function layersOf(field: Field): readonly Field[] {
  const inner = insideOf(field);
  return inner ? [field, ...layersOf(inner)] : [field];
}

function insideOf(field: Field): Field | undefined {
  const def = field._zod.def as { type: string; innerType?: Field; options?: readonly Field[] };
  if (WRAPPERS.includes(def.type)) return def.innerType;
  // As a plug-in's declaration in JSON says nullable.
  const real = def.options?.filter((option) => option._zod.def.type !== 'null');
  return real?.length === 1 ? real[0] : undefined;
}

/** A field and those that it was made of by its methods. */
function withParents(field: Field): readonly Field[] {
  const { parent } = field._zod;
  return parent ? [field, ...withParents(parent)] : [field];
}

function saysSecret(field: Field): boolean {
  return (z.globalRegistry.get(field) as { secret?: unknown } | undefined)?.secret === true;
}
