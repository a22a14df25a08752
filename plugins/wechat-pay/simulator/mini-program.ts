import { randomUUID } from 'node:crypto';
import { merchant, type Simulation } from './simulation.ts';

/** The mini-program's own server, of which a merchant needs two paths. It answers 200 to everything. */
export async function miniProgram(request: Request, { world }: Simulation): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  // biome-ignore lint/suspicious/noExplicitAny: what merchants send is looked at field by field
  const read = async (): Promise<any> => request.json().catch(() => ({}));
  if (pathname === '/cgi-bin/stable_token') {
    const { appid, secret } = await read();
    if (appid !== merchant.appid) return refused(40013, 'invalid appid');
    if (secret !== merchant.appSecret) return refused(40125, 'invalid appsecret');
    const token = `${randomUUID()}${randomUUID()}`;
    world.tokens.add(token);
    return Response.json({ access_token: token, expires_in: 7200 });
  }
  if (pathname !== '/wxa/sec/order/upload_shipping_info') return null;
  if (!world.tokens.has(searchParams.get('access_token') ?? '')) return refused(40001, 'invalid credential');
  const { order_key: key, logistics_type, delivery_mode, shipping_list, upload_time, payer } = await read();
  const trade = world.trades.get(key?.out_trade_no);
  if (key?.order_number_type !== 1 || key.mchid !== merchant.mchid) return refused(10060002, 'order_key');
  if (trade?.type !== 'JSAPI' || trade.paidAt === null) return refused(10060001, 'there is no such order');
  if (payer?.openid !== trade.openid) return refused(10060003, 'payer');
  if (![1, 2, 3, 4].includes(logistics_type) || delivery_mode !== 1) return refused(10060004, 'logistics_type');
  if (!shipping_list?.[0]?.item_desc || !/T.*\.\d{3}(Z|[+-]\d\d:\d\d)$/.test(upload_time))
    return refused(10060005, 'list');
  const times = (world.shipped.get(trade.outTradeNo)?.times ?? 0) + 1;
  world.shipped.set(trade.outTradeNo, { openid: payer.openid, times });
  return refused(0, 'ok');
}

const refused = (errcode: number, errmsg: string) => Response.json({ errcode, errmsg });
