import { SECOND } from '../../kernel/clock.ts';
import { StoreIdsDocument } from '../../schema/types/meituan-asks-menu.ts';
import type { MeituanHost } from './platform.ts';

/** A store that is joined to Meituan. */
export interface Shop {
  storeId: string;
  /** Its app_poi_code. */
  code: string;
}

/** Which store is which over there. */
export interface Shops {
  /** The joined stores. */
  all(): Promise<readonly Shop[]>;
  /** A store's code; null when it is not joined. */
  codeOf(storeId: string): Promise<string | null>;
  /** The store of a code; null when none bears it. */
  storeOf(code: string): Promise<string | null>;
}

/** How long a list of shops is believed, in ms; one that lacks what is looked for is made again. */
const BELIEVED = 5 * SECOND;

/** Finds shops by what stores have set. With `everyStore` a store that has set no code bears its own id. */
export function shopsOf(host: MeituanHost, { everyStore }: { everyStore: boolean }): Shops {
  let known: { at: number; shops: Promise<readonly Shop[]> } | undefined;

  async function codeOf(storeId: string): Promise<string | null> {
    const { enabled, settings } = await host.atStore(storeId);
    return enabled ? settings.shopCode || (everyStore ? storeId : null) : null;
  }

  async function look(): Promise<readonly Shop[]> {
    const { storeIds } = await host.ask(host.context(), 'menu', StoreIdsDocument, {});
    const codes = await Promise.all(storeIds.map(codeOf));
    return storeIds.flatMap((storeId, index) => (codes[index] ? { storeId, code: codes[index] } : []));
  }

  function list(believed: number): Promise<readonly Shop[]> {
    // Not the product's clock, which a test stops.
    const now = performance.now();
    if (!known || now - known.at > believed) {
      const shops = look();
      known = { at: now, shops };
      shops.catch(() => {
        known = undefined;
      });
    }
    return known.shops;
  }

  return {
    all: () => list(BELIEVED),
    codeOf,
    async storeOf(code) {
      const find = async (believed: number) => (await list(believed)).find((shop) => shop.code === code)?.storeId;
      const storeId = (await find(BELIEVED)) ?? (await find(0));
      // What was set a moment ago counts.
      return storeId !== undefined && (await codeOf(storeId)) === code ? storeId : null;
    },
  };
}

/** How many shops are seen to side by side. */
const BATCH = 20;

/** Sees to shops, some side by side. */
export async function forShops(shops: readonly Shop[], work: (shop: Shop) => Promise<void>): Promise<void> {
  for (let start = 0; start < shops.length; start += BATCH)
    await Promise.all(shops.slice(start, start + BATCH).map(work));
}
