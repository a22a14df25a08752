import { z } from 'zod';

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

export type ProcessSettings = z.infer<typeof processSettings>;

/** Switches on the plug-ins of the demonstration, which by themselves do nothing. */
export const demoEnvironment = { DEMO_SIGN_IN_ENABLED: 'true', DEMO_PAYMENT_ENABLED: 'true' };

/** What the modules read their settings from. In production the demonstration stays off unless it is asked for by name. */
export function moduleEnvironment(
  environment: NodeJS.ProcessEnv,
  { nodeEnv, port }: Pick<ProcessSettings, 'nodeEnv' | 'port'>,
): NodeJS.ProcessEnv {
  if (nodeEnv === 'production') return environment;
  return { ...demoEnvironment, MENU_PUBLIC_URL: `http://localhost:${port}`, ...environment };
}
