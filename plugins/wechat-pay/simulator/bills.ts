import { createHash, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { merchant, type Operation, type Simulation } from './simulation.ts';
import { ApiError, stamp } from './world.ts';

const HEADINGS =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const DAY = 24 * 3_600_000;
/** From ten o'clock of the next day on, in China, a bill is there. */
const THERE_AFTER = 34 * 3_600_000;

/** What is changed in the next bill, to see that it is noticed. */
export interface BillChanges {
  /** Numbers that are left out. */
  without: Set<string>;
  /** Lines that are added: a number and an amount in fen. */
  more: [number: string, amount: number][];
  /** Other amounts, in fen, by number. */
  amounts: Map<string, number>;
}

/** Bills, which are asked for and then downloaded. */
export function bills(changes: BillChanges): readonly Operation[] {
  return [
    {
      method: 'GET',
      path: /^\/v3\/bill\/tradebill$/,
      answer({ query }, simulation) {
        const day = query.get('bill_date') ?? '';
        const from = Date.parse(`${day}T00:00:00+08:00`);
        if (Number.isNaN(from)) throw new ApiError(400, 'PARAM_ERROR', 'bill_date is not valid');
        if (simulation.now() < from + THERE_AFTER) throw new ApiError(400, 'STATEMENT_CREATING', 'It is being made.');
        const text = billOf(from, changes, simulation);
        if (!text) throw new ApiError(400, 'NO_STATEMENT_EXIST', 'There is no bill of this day.');
        const token = randomUUID();
        const isZipped = query.get('tar_type') === 'GZIP';
        simulation.world.files.set(token, isZipped ? gzipSync(text) : Buffer.from(text));
        const hash_value = createHash('sha1').update(text).digest('hex');
        const download_url = `${simulation.url()}/v3/billdownload/file?token=${token}`;
        return { status: 200, body: { hash_type: 'SHA1', hash_value, download_url } };
      },
    },
    {
      method: 'GET',
      path: /^\/v3\/billdownload\/file$/,
      answer({ query }, { world }) {
        const file = world.files.get(query.get('token') ?? '');
        if (!file) throw new ApiError(404, 'RESOURCE_NOT_EXISTS');
        return { status: 200, file };
      },
    },
  ];
}

/** A day's bill; null when nothing happened. */
function billOf(from: number, changes: BillChanges, { world }: Simulation): string | null {
  const isOfDay = (at: number | null) => at !== null && at >= from && at < from + DAY;
  const lines: string[] = [];
  const add = (at: number, number: string, state: string, total: number, refund: [string, number] = ['', 0]) => {
    const [refundNumber, back] = refund;
    if (changes.without.has(refundNumber || number)) return;
    const paid = changes.amounts.get(number) ?? total;
    const given = changes.amounts.get(refundNumber) ?? back;
    const time = stamp(at).slice(0, 19).replace('T', ' ');
    const before = [time, merchant.appid, merchant.mchid, '0', '', '4200000000', number, 'oUpF8', 'NATIVE', state];
    const between = ['OTHERS', 'CNY', yuan(paid), '0.00', refundNumber ? '5030000000' : '0', refundNumber || '0'];
    const after = [yuan(given), '0.00', '', '', '午餐, "大"份', '', '0.00', '0.60%', yuan(paid), yuan(given), ''];
    lines.push([...before, ...between, ...after].map((value) => `\`${value.replaceAll(',', ' ')}`).join(','));
  };
  for (const { outTradeNo, paidAt, total, state } of world.trades.values()) {
    if (!isOfDay(paidAt)) continue;
    add(paidAt ?? 0, outTradeNo, 'SUCCESS', total);
    if (state === 'REVOKED') add(paidAt ?? 0, outTradeNo, 'REVOKED', total);
  }
  for (const { outTradeNo, outRefundNo, refund, createdAt } of world.refunds.values())
    if (isOfDay(createdAt)) add(createdAt, outTradeNo, 'REFUND', 0, [outRefundNo, refund]);
  for (const [number, amount] of changes.more) add(from, number, 'SUCCESS', amount);
  if (lines.length === 0) return null;
  const zero = '`0.00';
  const summary = [`\`${lines.length}`, zero, zero, zero, zero, zero, zero].join(',');
  return `\u{feff}${[HEADINGS, ...lines, SUMMARY, summary].join('\r\n')}\r\n`;
}

const yuan = (amount: number) => (amount / 100).toFixed(2);
