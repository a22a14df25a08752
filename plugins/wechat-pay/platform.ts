import type { Host } from '../../kernel/module.ts';
import type { Client } from './client.ts';
import type { CodePayment } from './code-payment.ts';
import type { StoreSettings, WechatPaySettings } from './settings.ts';

/** The kernel as this plug-in sees it. */
export type WechatPayHost = Host<WechatPaySettings, StoreSettings>;

/** What every part of the plug-in works with. */
export interface Platform {
  readonly host: WechatPayHost;
  readonly client: Client;
  /** The one variant of payment codes that is in use. */
  readonly codes: CodePayment;
  /** Where WeChat Pay sends its callbacks; without it there are none, and everything is asked for. */
  readonly notifyUrl: string;
}
