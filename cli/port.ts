import { createServer } from 'node:net';
import { ConfigurationError } from '../kernel/settings.ts';

/** Looks before anything is started whether the port can be had. Throws a ConfigurationError that says why not. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use; stop what uses it, or set PORT' : `cannot be used: ${error.message}`;
      reject(new ConfigurationError(`Port ${port} of ${host} ${reason}.`));
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
