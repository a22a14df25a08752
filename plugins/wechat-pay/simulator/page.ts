import { renderSVG } from 'uqr';
import { backToPage, escaped, type Language, languageOf, plainPage } from '../../../kernel/plain-page.ts';
import { callbackFaults, type Faults, requestFaults } from './faults.ts';
import type { Payer } from './payer.ts';
import type { Simulation } from './simulation.ts';
import type { SimulatedTrade } from './world.ts';

const texts = {
  en: {
    title: 'WeChat Pay, simulated',
    note: 'No money moves here. Scan a code by pressing a button.',
    none: 'Nothing waits to be paid.',
    confirm: 'Pay',
    decline: 'Decline',
    done: 'Paid and ended',
    faults: 'What goes wrong next',
    add: 'Add',
  },
  zh: {
    title: '微信支付（模拟）',
    note: '此处不会发生真实扣款。按下按钮即视为已扫码。',
    none: '没有待支付的订单。',
    confirm: '确认支付',
    decline: '拒绝',
    done: '已支付与已结束',
    faults: '接下来出现的故障',
    add: '添加',
  },
};
type Texts = (typeof texts)['en'];

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}article{display:flex;gap:1rem;border-top:1px solid #ccc;padding:1rem 0}svg{width:9rem;height:9rem}button{font:inherit;padding:.4rem 1rem;margin-right:.5rem}';

/** The page on which a person pays, or turns away, and switches faults on; `?lang=zh` is Chinese. */
export function pageOf({ world }: Simulation, payer: Payer, faults: Faults) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'POST') {
      await act(new URLSearchParams(await request.text()), payer, faults).catch(() => {});
      return backToPage(request);
    }
    const trades = [...world.trades.values()].toReversed();
    const waiting = trades.filter(({ state }) => ['NOTPAY', 'USERPAYING'].includes(state));
    const ended = trades.filter((trade) => !waiting.includes(trade)).slice(0, 20);
    return pageWith(languageOf(request), waiting, ended);
  };
}

async function act(form: URLSearchParams, payer: Payer, faults: Faults): Promise<void> {
  const [trade, fault] = [form.get('trade') ?? '', form.get('fault')];
  const request = requestFaults.find((one) => one === fault);
  const callback = callbackFaults.find((one) => `callback ${one}` === fault);
  if (request) faults.requests.add(request, '/v3/');
  else if (callback) faults.callbacks.add(callback);
  else if (form.get('act') === 'confirm') await payer.confirm(trade);
  else await payer.decline(trade);
}

function pageWith(language: Language, waiting: SimulatedTrade[], ended: SimulatedTrade[]): Response {
  const words = texts[language];
  const options = [...requestFaults, ...callbackFaults.map((one) => `callback ${one}`)];
  const body = `<p>${words.note}</p>
${waiting.map((trade) => shown(trade, words)).join('') || `<p>${words.none}</p>`}
<h2>${words.faults}</h2><form method="post"><select name="fault">${options.map((one) => `<option>${one}</option>`).join('')}</select>
<button>${words.add}</button></form>
<h2>${words.done}</h2><ul>${ended.map((trade) => `<li>${line(trade)} ${trade.state}</li>`).join('')}</ul>`;
  return plainPage({ title: words.title, language, style: STYLE, body });
}

function shown(trade: SimulatedTrade, words: Texts): string {
  const picture = trade.type === 'NATIVE' ? renderSVG(`weixin://wxpay/bizpayurl?pr=${trade.token}`) : '';
  return `<article>${picture}<form method="post"><p>${line(trade)}</p><input type="hidden" name="trade" value="${trade.outTradeNo}">
<button name="act" value="confirm">${words.confirm}</button><button name="act" value="decline">${words.decline}</button></form></article>`;
}

const line = ({ description, total, type }: SimulatedTrade) =>
  `${escaped(description)} · ¥${(total / 100).toFixed(2)} · ${type}`;
