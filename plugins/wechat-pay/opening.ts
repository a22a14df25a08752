import { SECOND } from '../../kernel/clock.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import { booksIn } from '../../kernel/simulator/books.ts';
import { type ClientOptions, wechatClient } from './client.ts';
import { codesOfVersion3 } from './code-payment.ts';
import { codesOfVersion2 } from './code-payment-v2.ts';
import { SimulatorMemory } from './entities.ts';
import { apiV3KeysIn, type Credentials, merchantKeysIn, platformKeysIn } from './keys.ts';
import type { Platform, WechatPayHost } from './platform.ts';
import type { WechatPaySettings } from './settings.ts';
import { type Simulator, startSimulator } from './simulator/index.ts';

/** Everything that is open while the plug-in runs. */
export interface Opened {
  platform: Platform;
  /** What stands in for WeChat Pay, when it does. */
  simulator?: Simulator;
  close(): Promise<void>;
}

/** Where callbacks go while nothing is said: nobody listens there, and everything is asked for. */
const NOWHERE = 'https://localhost/webhooks/wechat-pay';

/** Opens the way to WeChat Pay, or to the simulator; undefined when neither is configured. */
export async function openPlatform(host: WechatPayHost): Promise<Opened | undefined> {
  const { settings, clock, log } = host;
  const credentials = credentialsIn(settings) && kept(host);
  const limit = settings.timeoutSeconds * SECOND;
  if (credentials) {
    const { host: usual, backupHost } = settings;
    const options = { credentials, hosts: [usual, backupHost], limit, clock, log };
    return open(host, options);
  }
  if (!settings.simulator) {
    log.info('WeChat Pay is not configured, so that nobody can pay by it: WECHAT_PAY_MERCHANT_ID is not set');
    return undefined;
  }
  const simulator = await startSimulator({ clock, memory: booksIn(host, SimulatorMemory) });
  const { url } = simulator;
  let known: Promise<Credentials> | undefined;
  const read = () => {
    known ??= simulatedCredentials(simulator);
    return known;
  };
  const opened = open(host, { credentials: read, hosts: [url], limit, clock, log });
  return {
    ...opened,
    simulator,
    async close() {
      await simulator.close();
      await opened.close();
    },
  };
}

function open(host: WechatPayHost, options: ClientOptions): Opened {
  const client = wechatClient(options);
  const { notifyUrl = NOWHERE, codePayment } = host.settings;
  const [origin = ''] = options.hosts;
  const codes = codePayment === 'v3' ? codesOfVersion3(client) : codesOfVersion2(client, host.settings, origin);
  return {
    platform: { host, client, codes, notifyUrl },
    async close() {
      await codes.close();
      await client.close();
    },
  };
}

/** How long keys are believed before their files are looked at again, in milliseconds. */
const BELIEVED = 10 * SECOND;

/** What the environment says, its files read again and again: a key that is added is good without a new start. */
function kept({ settings, clock, log }: WechatPayHost): () => Promise<Credentials> {
  let known = credentialsIn(settings);
  let readAt = clock.now();
  return async () => {
    if (known && Math.abs(clock.now() - readAt) < BELIEVED) return known;
    readAt = clock.now();
    try {
      known = credentialsIn(settings);
    } catch (error) {
      log.error({ error, alarm: true }, 'the keys of WeChat Pay cannot be read any more; those from before are used');
    }
    if (!known) throw new Error('WeChat Pay is not configured');
    return known;
  };
}

/** What the environment says of us; undefined when it says nothing. Throws ConfigurationError when it says half of it. */
function credentialsIn(settings: WechatPaySettings): Credentials | undefined {
  const { appId, merchantId, merchantKeys, platformKeys, apiV3Key, apiV2Key, appSecret } = settings;
  const needed = { APP_ID: appId, MERCHANT_ID: merchantId, MERCHANT_KEYS: merchantKeys, PLATFORM_KEYS: platformKeys };
  const missing = Object.entries({ ...needed, API_V3_KEY: apiV3Key }).flatMap(([name, value]) => (value ? [] : [name]));
  if (!appId || !merchantId || !merchantKeys || !platformKeys || !apiV3Key) {
    if (missing.length === 5) return undefined;
    throw new ConfigurationError(`WECHAT_PAY_${missing[0]} is not set, and others of WeChat Pay are`);
  }
  return {
    appId,
    merchantId,
    apiV2Key,
    appSecret,
    apiV3Keys: apiV3KeysIn('WECHAT_PAY_API_V3_KEY', apiV3Key),
    merchantKeys: merchantKeysIn('WECHAT_PAY_MERCHANT_KEYS', merchantKeys),
    platformKeys: platformKeysIn('WECHAT_PAY_PLATFORM_KEYS', platformKeys),
  };
}

/** How the simulator knows us; its keys are made when they are first needed. */
async function simulatedCredentials(simulator: Simulator): Promise<Credentials> {
  const { merchantKeys, platformKeys, apiV3Key, ...rest } = await simulator.credentials();
  return {
    ...rest,
    apiV3Keys: [apiV3Key],
    merchantKeys: merchantKeysIn('the simulator', merchantKeys),
    platformKeys: platformKeysIn('the simulator', platformKeys),
  };
}
