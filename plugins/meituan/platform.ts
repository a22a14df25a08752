import type { Host } from '../../kernel/module.ts';
import type { Client } from './client.ts';
import type { MeituanSettings, StoreSettings } from './settings.ts';
import type { Shops } from './shops.ts';

/** The name of the plug-in, of its ports, and of Meituan in the order book. */
export const MEITUAN = 'meituan';

/** The kernel as this plug-in sees it. */
export type MeituanHost = Host<MeituanSettings, StoreSettings>;

/** What every part of the plug-in works with. */
export interface Platform {
  readonly host: MeituanHost;
  readonly client: Client;
  /** Which store is which over there. */
  readonly shops: Shops;
  /** The application's number and secret, by which pushes are believed. */
  readonly appId: string;
  readonly appSecret: string;
  /** Our address for pushes, as Meituan knows it; each kind has one more word behind it. */
  readonly callbackUrl: string;
}
