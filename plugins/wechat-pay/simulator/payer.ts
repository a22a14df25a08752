import { told, tradeOf } from './payments.ts';
import type { Simulation } from './simulation.ts';
import type { SimulatedTrade } from './world.ts';

/** The person who pays, with a telephone. */
export interface Payer {
  /** Confirms a trade by our number, or by what the telephone was given: a code_url, a prepay_id. */
  confirm(what: string): Promise<void>;
  /** Turns away: a code payment fails, anything else goes on waiting. */
  decline(what: string): Promise<void>;
}

/** Makes the person. */
export function payer(simulation: Simulation): Payer {
  const find = (what: string): SimulatedTrade => {
    const token = /pr=(\w+)$/.exec(what)?.[1] ?? /prepay_id=(\w+)/.exec(what)?.[1] ?? what;
    const found = [...simulation.world.trades.values()].find((trade) =>
      [trade.token, trade.outTradeNo].includes(token),
    );
    return tradeOf(found?.outTradeNo, simulation);
  };
  return {
    async confirm(what) {
      const trade = find(what);
      if (!['NOTPAY', 'USERPAYING'].includes(trade.state)) throw new Error(`this trade is ${trade.state}`);
      await pay(trade, simulation);
    },
    async decline(what) {
      const trade = find(what);
      if (trade.state === 'USERPAYING') trade.state = 'PAYERROR';
    },
  };
}

/** Takes the money, and tells the merchant where one wants to hear it. */
export async function pay(trade: SimulatedTrade, { now, callbacks }: Simulation): Promise<void> {
  trade.state = 'SUCCESS';
  trade.paidAt = now();
  trade.openid ||= 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';
  if (trade.notifyUrl) await callbacks.tell(trade.notifyUrl, 'TRANSACTION.SUCCESS', 'transaction', told(trade));
}
