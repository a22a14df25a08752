import { z } from 'zod';
import { ConfigurationError, environmentName, readSettings } from '../../kernel/settings.ts';

/**
 * What a gateway lets through, and its defaults; a front end of our own is far below each of them. Each is set by the
 * environment (`maxDepth` is MAX_DEPTH) or by `npm run gateway -- --guard max-depth=20`.
 */
export const guardSettings = z.object({
  /** How deep fields may be nested. */
  maxDepth: whole(1, 1_000).default(15),
  /** How many aliases one field may bear in an operation. */
  maxAliases: whole(0, 10_000).default(15),
  /** How many directives may stand at one place; ten times as many in all. */
  maxDirectives: whole(0, 1_000).default(5),
  /** How many words and signs an operation may have. */
  maxTokens: whole(10, 100_000).default(5_000),
  /** How many fields it may select, fragments put in their places. */
  maxSelections: whole(1, 1_000_000).default(1_000),
  /** What it may cost: about how many objects its answer may have. */
  maxCost: whole(1, 1_000_000_000).default(50_000),
  /** What the operations of one caller may cost in a minute. */
  costPerMinute: whole(1, 1_000_000_000_000).default(5_000_000),
  /** How many characters of texts that nobody has asked before may be read for one address in a minute. */
  readingPerMinute: whole(1, 1_000_000_000).default(1_000_000),
  /** How many selections may be planned for one caller in a minute, of operations that nobody has asked before. */
  planningPerMinute: whole(1, 1_000_000_000).default(20_000),
  /** How much of a list may be asked for at once by `first`, `last` or `limit`. */
  maxPage: whole(1, 1_000_000).default(100),
  /** The largest body of a request and message of a socket, in bytes. */
  maxBody: whole(100, 100_000_000).default(1_000_000),
  /** How many operations a request may have in a list; 0 takes no lists. */
  maxBatch: whole(0, 100).default(0),
  /** Whether the schema may be asked for; left out, not in production. */
  introspection: z.stringbool({ error: 'expected true or false' }).optional(),
  /** Whether a refusal says which names are near to what was asked; left out, not in production. */
  suggestions: z.stringbool({ error: 'expected true or false' }).optional(),
  /** A file of the operations that may be asked for by their ids. */
  persistedOperations: z.string().optional(),
  /** Whether nothing but these is answered. */
  persistedOnly: z.stringbool({ error: 'expected true or false' }).default(false),
  /** Whether a client may have an operation kept, and then ask for it by its hash. */
  automaticPersisted: z.stringbool({ error: 'expected true or false' }).default(true),
  /** How many operations one caller may ask for in a minute. */
  requestsPerMinute: whole(1, 100_000_000).default(12_000),
  /** How often one caller may ask for the same field of Query, Mutation or Subscription in a minute. */
  fieldPerMinute: whole(1, 100_000_000).default(6_000),
  /** The same for fields by name: `Mutation.signInStaff=60,Query.table=600`. */
  rateLimits: z
    .string()
    .regex(/^\s*\w+\.\w+\s*=\s*\d+\s*(,\s*\w+\.\w+\s*=\s*\d+\s*)*$/, {
      error: 'expected fields with numbers, such as Mutation.signInStaff=60,Query.table=600',
    })
    .transform((text) => new Map(text.split(',').map(rateIn)))
    .default(new Map()),
  /** How long an answer may take in all, in milliseconds. */
  requestTimeoutMs: whole(1, 3_600_000).default(60_000),
  /** How long a subgraph's answer may take, in milliseconds. */
  fetchTimeoutMs: whole(1, 3_600_000).default(30_000),
  /** How many proxies of our own stand before the gateway; each adds an address to X-Forwarded-For. */
  trustProxy: whole(0, 10).default(0),
  /** Whether traces go on that callers say they are in; left out, each request begins one, which names the caller's. */
  trustTraceparent: z.stringbool({ error: 'expected true or false' }).default(false),
  /** The origins whose pages may call: `https://a.example,https://b.example`; left out, all may, without cookies. */
  allowedOrigins: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine((origins) => origins.every((one) => URL.canParse(one) && new URL(one).origin === one), {
      error: 'expected origins, such as https://menu.example,https://app.example',
    })
    .optional(),
});

/** The limits of a gateway. */
export type Guards = Omit<z.infer<typeof guardSettings>, 'introspection' | 'suggestions'> & {
  introspection: boolean;
  suggestions: boolean;
};

/** Reads the limits. Throws a ConfigurationError that names a bad one. */
export function guardsOf(environment: NodeJS.ProcessEnv, development: boolean): Guards {
  const settings = readSettings(guardSettings, environment);
  if (settings.persistedOnly && !settings.persistedOperations)
    throw new ConfigurationError('PERSISTED_ONLY needs PERSISTED_OPERATIONS: the file of what may be asked for.');
  const { introspection = development, suggestions = development } = settings;
  return { ...settings, introspection, suggestions };
}

/** The environment's name of a limit that is written as on a command line: `max-depth` is MAX_DEPTH; or undefined. */
export function guardNamed(name: string): string | undefined {
  const wanted = name.replaceAll('-', '_').toUpperCase();
  return Object.keys(guardSettings.shape)
    .map((key) => environmentName('', key))
    .find((known) => known === wanted);
}

function whole(least: number, most: number) {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.coerce.number({ error }).refine((value) => Number.isInteger(value) && value >= least && value <= most, {
    error,
  });
}

function rateIn(pair: string): [string, number] {
  const [field = '', most] = pair.split('=');
  return [field.trim(), Number(most)];
}
