import { z } from 'zod';
import { accessSettings } from '../kernel/telemetry/metrics-route.ts';

/** What the process reads from its environment; each module reads its own settings behind its name. */
export const processSettings = z.object({
  nodeEnv: z
    .enum(['development', 'production', 'test'], { error: 'expected development, production or test' })
    .default('development'),
  /** 0 takes any free port. */
  port: z.coerce.number({ error: 'expected a port from 0 to 65535' }).int().min(0).max(65_535).default(4000),
  /** The address to listen on; 0.0.0.0 is every one. */
  host: z.string().default('127.0.0.1'),
  /** Where the databases lie. */
  dataDir: z.string().default('data'),
  /** Plug-ins beside the product's own: folders, files or installed packages, with commas between them. */
  plugins: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  /** A MySQL server for the databases, in place of SQLite in the data folder. */
  databaseUrl: serverUrl('mysql', 'mysql://user:password@host:3306'),
  /** Carries events between processes. */
  rabbitmqUrl: serverUrl('amqps?', 'amqp://user:password@host:5672'),
  /** Carries live updates between processes and holds what may be lost. */
  redisUrl: serverUrl('rediss?', 'redis://host:6379'),
  /** Stands before the names of databases, queues and keys on these servers. */
  namespace: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,19}$/, { error: 'expected 1 to 20 of a-z, 0-9 and _, a letter first' })
    .default('dinegraph'),
  /** The keys that calls between processes are signed with, the newest first: `2026b:SECRET,2026a:SECRET`. */
  callKeys: z.string().optional(),
  /** How long a process that is to end goes on answering while others turn away from it, in milliseconds. */
  drainMs: z.coerce.number({ error: 'expected milliseconds' }).int().min(0).max(60_000).optional(),
  ...accessSettings.shape,
  logLevel: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'expected silent, fatal, error, warn, info, debug or trace',
    })
    .default('warn'),
  /** The first account of headquarters, made when there is none of the name. */
  adminName: z.string().min(1).optional(),
  adminPin: z
    .string()
    .regex(/^\d{4,12}$/, { error: 'expected 4 to 12 digits' })
    .optional(),
});

/** The address of a server, of a kind; the error does not repeat it, since it may hold a password. */
function serverUrl(protocol: string, example: string) {
  return z
    .url({ protocol: new RegExp(`^${protocol}$`), error: `expected an address like ${example}` })
    .refine(isDecodable, { error: 'a % in the user or the password is written as %25' })
    .optional();
}

function isDecodable(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

export type ProcessSettings = z.infer<typeof processSettings>;

/** Known to everybody, and so no secret: good for trying the product out. */
const DEMO_KEY = 'a-key-for-demonstrations-that-keeps-no-secret';

/** Switches on the plug-ins of the demonstration, which by themselves do nothing, and has secrets kept. */
export const demoEnvironment = {
  DEMO_SIGN_IN_ENABLED: 'true',
  DEMO_PAYMENT_ENABLED: 'true',
  PLUGIN_SETTINGS_KEY: DEMO_KEY,
  REMOTE_PLUGINS_KEY: DEMO_KEY,
  SCALE_SIMULATOR: 'true',
  SUPPLIER_UBL_SIMULATOR: 'true',
  WECHAT_PAY_SIMULATOR: 'true',
  ESCPOS_PRINTER_SIMULATOR: 'true',
  MEITUAN_SIMULATOR: 'true',
};

/** What the modules read their settings from. In production the demonstration stays off unless it is asked for by name. */
export function moduleEnvironment(
  environment: NodeJS.ProcessEnv,
  { nodeEnv, port }: Pick<ProcessSettings, 'nodeEnv' | 'port'>,
): NodeJS.ProcessEnv {
  if (nodeEnv === 'production') return environment;
  const here = `http://localhost:${port}`;
  const reached = {
    MENU_PUBLIC_URL: here,
    SUPPLIER_UBL_PUBLIC_URL: here,
    WECHAT_PAY_NOTIFY_URL: `${here}/webhooks/wechat-pay`,
    MEITUAN_CALLBACK_URL: `${here}/webhooks/meituan`,
  };
  // The demonstration's restaurant is in Shanghai.
  return { ...demoEnvironment, DEVICES_PRINT_LANGUAGE: 'zh', ...reached, ...environment };
}

/** Fields that somebody would try again and again, and how often one caller may in a minute; RATE_LIMITS replaces them. */
export const guardedFields = {
  RATE_LIMITS: 'Mutation.signInStaff=60,Mutation.claimPairing=60',
};
