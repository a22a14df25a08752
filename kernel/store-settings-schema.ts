import { z } from 'zod';
import { plainMessage } from './telemetry/plain-error.ts';

type Field = z.core.$ZodType;

/** The kinds that are around another one, which says what a value is. */
const WRAPPERS: readonly string[] = ['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly'];

/** What a change of whether a plug-in works at a store is noted as, among those of its settings. */
export const SWITCH = 'enabled';

const CHANGED = 'changed by a transform: what is set, kept and shown has to be the same';
const LATE = 'checked by a promise: a check answers at once';

/** The longest name of a setting. */
const LONGEST = 100;

/** Whether a setting is a secret, however optional it is. */
export function isSecret(field: Field): boolean {
  return layersOf(field).some((layer) => secretIn(layer) === true);
}

/** What a schema makes of a value, and why it does not take it. */
export interface Tried<T> {
  data: T | undefined;
  issues: readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[];
}

/** Tries a value. A check of the plug-in's own that throws, or does not answer at once, refuses it. */
export function tried<T>(schema: z.ZodType<T>, value: unknown): Tried<T> {
  try {
    const { data, error } = schema.safeParse(value);
    return { data, issues: error?.issues ?? [] };
  } catch (error) {
    return { data: undefined, issues: [{ path: [], message: `its check fails: ${plainMessage(error)}` }] };
  }
}

/**
 * Why a plug-in's settings for stores cannot be shown and set by people, in one line: they are no object, one of them has
 * no default, is not what JSON Schema can say or takes anything at all, or a secret is not a string of its own. Undefined
 * when they can be.
 */
export function storeSettingsFault(schema: unknown): string | undefined {
  if (schema === undefined) return undefined;
  if (!(schema instanceof z.ZodObject)) return 'its settings for stores are no z.object({ ... })';
  if (secretIn(schema)) return 'its settings for stores are marked as a secret: each is, by itself';
  if (schema._zod.def.checks?.some(({ _zod }) => _zod.def.check === 'overwrite'))
    return `its settings for stores are ${CHANGED}`;
  for (const [name, field] of Object.entries(schema.shape)) {
    if (name === SWITCH) return `its setting ${SWITCH} for stores is called as what switches it off there`;
    if (name.length > LONGEST) return `its setting ${name.slice(0, 20)}... for stores has more than ${LONGEST} letters`;
    if (name in {}) return `its setting ${name} for stores is called as what every object has`;
    const fault = faultOf(field);
    if (fault) return `its setting ${name} for stores ${fault}`;
  }
  return defaultsFault(schema);
}

function faultOf(field: Field): string | undefined {
  const layers = layersOf(field);
  const own = new Set(layers.flatMap(withParents));
  const found: string[] = [];
  try {
    z.toJSONSchema(field, {
      io: 'input',
      override: ({ zodSchema }) => {
        const secret = secretIn(zodSchema);
        const { type } = zodSchema._zod.def;
        if (type === 'pipe') found.push(`is ${CHANGED}`);
        if (type === 'catch') found.push('takes anything by a catch: what is not valid has to be refused');
        if (secret !== undefined && typeof secret !== 'boolean')
          found.push('says secret in its meta, and not true or false');
        if (secret === true && !own.has(zodSchema))
          found.push('has a secret inside of it: a secret is a string of its own');
      },
    });
  } catch {
    return 'is none that JSON Schema can say, as strings, numbers, booleans, lists and objects of them are';
  }
  if (found[0]) return found[0];
  if (isLate(field, undefined) || isLate(field, tried(field as z.ZodType, undefined).data)) return `is ${LATE}`;
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
    if (isLate(schema, {})) return `its settings for stores are ${LATE}`;
    return `its settings for stores have no defaults: ${plainMessage(error)}`;
  }
}

/** Whether a check answers by a promise. */
function isLate(schema: Field, value: unknown): boolean {
  try {
    z.safeParse(schema, value);
    return false;
  } catch (error) {
    return error instanceof z.core.$ZodAsyncError;
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

/** What a schema's meta says of being a secret. */
function secretIn(schema: Field): unknown {
  return (z.globalRegistry.get(schema) as { secret?: unknown } | undefined)?.secret;
}
