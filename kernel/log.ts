import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/** The product's log: JSON lines on standard error, so that standard output stays free for what people read. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, redact: ['*.pin', '*.password', '*.token'], serializers: { error: stdSerializers.err } },
    pino.destination({ fd: 2, sync: true }),
  );
}
