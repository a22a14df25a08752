import type { App } from './app.ts';
import type { Person } from './people.ts';
import { key, write } from './shop.ts';

/** What lies on the simulated scale. */
export interface Put {
  grams: number;
  /** `stable` unless told otherwise. */
  state?: string;
  /** The bowl's grams. */
  tare?: number;
}

/** Puts something on the simulated scale, as a person does on its page. */
export async function putOnScale({ url }: App, { grams, state = 'stable', tare = 0 }: Put): Promise<void> {
  const body = new URLSearchParams({ grams: String(grams), tare: String(tare), state });
  const { status } = await fetch(`${url}/scale/simulator`, { method: 'POST', body, redirect: 'manual' });
  if (status !== 303) throw new Error(`the page of the scale answers with ${status}`);
}

/** Puts the simulated scale up in a store; answers with what weighs there: its id and its grams. */
export async function openScale(app: App, who: Person, storeId: string) {
  const input = {
    idempotencyKey: key(),
    storeId,
    name: 'Scale at the counter',
    driver: 'serial',
    address: 'simulator',
  };
  const { id: scaleId } = await write(app, who, 'setScale', 'SetScaleInput', input, 'id');
  return {
    scaleId: scaleId as string,
    /** Puts something there and weighs it. */
    async weigh(put: Put, weigher = who): Promise<string> {
      await putOnScale(app, put);
      return (await write(app, weigher, 'weigh', 'WeighInput', { idempotencyKey: key(), scaleId }, 'id')).id;
    },
  };
}
