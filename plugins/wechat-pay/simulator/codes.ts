import { pay } from './payer.ts';
import { newTrade, told, tradeOf } from './payments.ts';
import { type Asked, assertMerchant, type Operation, type Simulation } from './simulation.ts';
import { ApiError, type SimulatedTrade } from './world.ts';

/** What becomes of a payment code, by its last digit; any other one pays at once. */
const endings: Readonly<Record<string, string>> = {
  '6': 'USERPAYING',
  '7': 'NOT_ENOUGH',
  '8': 'AUTH_CODE_EXPIRED',
  '9': 'BANK_ERROR',
};

/** Payment by the code on the payer's telephone, in version 3. */
export const codes: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v3\/pay\/transactions\/codepay$/,
    async answer({ body }, simulation) {
      const trade = newTrade(body, 'MICROPAY', simulation);
      return { status: 200, body: told(await take(trade, String(body.payer?.auth_code ?? ''), simulation)) };
    },
  },
  {
    method: 'POST',
    path: /^\/v3\/pay\/transactions\/out-trade-no\/(?<number>[^/]+)\/reverse$/,
    answer({ groups, body }, simulation) {
      assertMerchant(body);
      return { status: 200, body: told(reversed(groups['number'], simulation)) };
    },
  },
];

/** Takes money by a code. Throws what the merchant is to be told where it does not succeed at once. */
export async function take(
  trade: SimulatedTrade,
  code: Asked['body'],
  simulation: Simulation,
): Promise<SimulatedTrade> {
  const { world } = simulation;
  const known = world.trades.get(trade.outTradeNo);
  if (known?.state === 'SUCCESS') throw new ApiError(400, 'ORDERPAID', 'The trade is paid.');
  if (known) throw new ApiError(403, 'OUT_TRADE_NO_USED', 'The number was used.');
  if (!/^1[0-5]\d{16}$/.test(code)) throw new ApiError(400, 'AUTH_CODE_ERROR', 'This is no payment code.');
  if (world.usedCodes.has(code)) throw new ApiError(400, 'AUTH_CODE_INVALID', 'The payment code was used.');
  const ending = endings[code.at(-1) ?? ''];
  if (ending === 'AUTH_CODE_EXPIRED') throw new ApiError(400, ending, 'The payment code has run out.');
  world.usedCodes.add(code);
  world.trades.set(trade.outTradeNo, trade);
  if (ending === 'NOT_ENOUGH') {
    trade.state = 'PAYERROR';
    throw new ApiError(403, ending, 'There is not enough money.');
  }
  if (ending === 'USERPAYING') {
    trade.state = 'USERPAYING';
    throw new ApiError(400, ending, 'The payer types in a password.');
  }
  await pay(trade, simulation);
  if (ending === 'BANK_ERROR') throw new ApiError(500, ending, 'The bank does not answer.');
  return trade;
}

/** Takes a payment by code back, whether it was paid or not. */
export function reversed(number: string | undefined, simulation: Simulation): SimulatedTrade {
  const trade = tradeOf(number, simulation);
  if (trade.type !== 'MICROPAY') throw new ApiError(400, 'INVALID_REQUEST', 'This trade is closed, not reversed.');
  if (simulation.now() < trade.createdAt + 15_000) throw new ApiError(400, 'INVALID_REQUEST', 'It is too early.');
  trade.state = 'REVOKED';
  return trade;
}
