import { type Client, type Done, isAbsent, type Refused } from './client.ts';
import type { Trade } from './entities.ts';

/** How a payment by code stands: as a transaction of version 3, not decided, not there, or refused for good. */
export type CodeAnswer =
  | { is: 'told'; data: unknown }
  | { is: 'undecided' }
  | { is: 'absent' }
  | { is: 'refused'; code: string; message: string };

/**
 * Payment by the code on the payer's telephone. WeChat Pay documents it in version 3 of its protocol and, in another
 * place, in version 2 alone, so there are two of these. Each call throws NotCertain when nobody can say what came of it.
 */
export interface CodePayment {
  pay(trade: Trade, code: string): Promise<CodeAnswer>;
  query(trade: Trade): Promise<CodeAnswer>;
  /** Takes the payment back, whether it was taken or not; `undecided` asks for another call. */
  reverse(trade: Trade): Promise<CodeAnswer>;
  close(): Promise<void>;
}

/** Codes of answers that leave open what becomes of the payment. */
const OPEN = ['USERPAYING', 'SYSTEMERROR', 'SYSTEM_ERROR', 'BANKERROR', 'BANK_ERROR'];

/** What a code of WeChat Pay's means for a payment by code. */
export function meaningOf(code: string, message: string): CodeAnswer {
  if (OPEN.includes(code)) return { is: 'undecided' };
  return isAbsent({ code }) ? { is: 'absent' } : { is: 'refused', code, message };
}

/** Payment codes in version 3. */
export function codesOfVersion3(client: Client): CodePayment {
  const answered = (answer: Done | Refused): CodeAnswer =>
    answer.ok ? { is: 'told', data: answer.data } : meaningOf(answer.code, answer.message);
  const path = ({ outTradeNo }: Trade) => `/v3/pay/transactions/out-trade-no/${outTradeNo}`;
  const ours = async () => {
    const { appId: appid, merchantId: mchid } = await client.credentials();
    return { appid, mchid };
  };
  return {
    async pay(trade, code) {
      const body = {
        ...(await ours()),
        description: trade.description,
        out_trade_no: trade.outTradeNo,
        amount: { total: trade.amount, currency: 'CNY' },
        payer: { auth_code: code },
        scene_info: { store_info: { out_id: trade.storeId.slice(0, 32) } },
        ...(trade.isShared && { settle_info: { profit_sharing: true } }),
      };
      // A repeat would show a code that was used already.
      return answered(await client.call({ method: 'POST', path: '/v3/pay/transactions/codepay', body, once: true }));
    },
    async query(trade) {
      const { mchid } = await ours();
      return answered(await client.call({ method: 'GET', path: `${path(trade)}?mchid=${mchid}` }));
    },
    async reverse(trade) {
      const answer = await client.call({ method: 'POST', path: `${path(trade)}/reverse`, body: await ours() });
      return answered(answer);
    },
    close: async () => {},
  };
}
