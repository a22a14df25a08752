import { createLog } from '../kernel/log.ts';
import { ConfigurationError } from '../kernel/settings.ts';
import { GATEWAY_USAGE, type GatewayCommand, gatewayOptions } from './gateway/options.ts';
import { serveGraph } from './gateway/serve.ts';
import { CommandFailure } from './import/refusal.ts';
import { assertPortFree } from './port.ts';
import { startTracing } from './tracing.ts';

/** `npm run gateway`: serves a supergraph that was made elsewhere, until Ctrl-C. */
async function gateway(command: GatewayCommand): Promise<void> {
  const development = process.env['NODE_ENV'] !== 'production';
  await assertPortFree(command.host, command.port);
  const log = createLog(process.env['LOG_LEVEL'] ?? 'info');
  const tracing = await startTracing(process.env, 'dinegraph-gateway', log);
  const graph = await serveGraph(command, development, log);
  const end = async () => {
    await graph.stop();
    await tracing.close();
    process.exit(0);
  };
  const stop = () => void end();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  console.log(`The gateway is running at ${graph.url}/graphql. Ctrl-C ends it.`);
}

try {
  const command = gatewayOptions(process.argv.slice(2));
  if (command) await gateway(command);
  else console.log(GATEWAY_USAGE);
} catch (error) {
  if (!(error instanceof CommandFailure || error instanceof ConfigurationError)) throw error;
  const isWrong = error instanceof CommandFailure;
  console.error(isWrong ? `${error.message}; --help lists the options` : error.message);
  process.exit(isWrong ? 2 : 1);
}
