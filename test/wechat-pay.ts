import { randomInt } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../plugins/wechat-pay/simulator/index.ts';
import type { App } from './app.ts';

/** A WeChat Pay beside the product, as the real one is: it outlives the product, and has books of its own. */
export interface Wechat extends AsyncDisposable {
  readonly simulator: Simulator;
  /** What the product is told of it. */
  environment(): Promise<NodeJS.ProcessEnv>;
  /** Callbacks go to this app from now on. */
  callbacksTo(app: Pick<App, 'url'>): void;
}

/** Where the world believes the product to be. */
export const NOTIFY_URL = 'https://till.example/webhooks/wechat-pay';

/** Starts a WeChat Pay by the same clock as the product's. */
export async function startWechat(clock: Clock, options: Partial<SimulatorOptions> = {}): Promise<Wechat> {
  let app: Pick<App, 'url'> | undefined;
  const resolve = (url: string) => `${app?.url ?? 'http://127.0.0.1:9'}${new URL(url).pathname}`;
  const simulator = await startSimulator({ clock, resolve, ...options });
  return {
    simulator,
    async environment() {
      const known = await simulator.credentials();
      return {
        WECHAT_PAY_APP_ID: known.appId,
        WECHAT_PAY_MERCHANT_ID: known.merchantId,
        WECHAT_PAY_MERCHANT_KEYS: known.merchantKeys,
        WECHAT_PAY_PLATFORM_KEYS: known.platformKeys,
        WECHAT_PAY_API_V3_KEY: known.apiV3Key,
        WECHAT_PAY_API_V2_KEY: known.apiV2Key,
        WECHAT_PAY_APP_SECRET: known.appSecret,
        WECHAT_PAY_NOTIFY_URL: NOTIFY_URL,
        WECHAT_PAY_HOST: simulator.url,
        WECHAT_PAY_BACKUP_HOST: simulator.url,
        WECHAT_PAY_MINI_PROGRAM_HOST: simulator.url,
        WECHAT_PAY_TIMEOUT_SECONDS: '1',
      };
    },
    callbacksTo(next) {
      app = next;
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** A payment code on somebody's telephone; its last digit says what becomes of it, see simulator/codes.ts. */
export function paymentCode(ending = 0): string {
  return `13${Array.from({ length: 15 }, () => randomInt(10)).join('')}${ending}`;
}
