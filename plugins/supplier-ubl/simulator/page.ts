import { backToPage, escaped, type Language, languageOf, plainPage } from '../../../kernel/plain-page.ts';
import { documentFaults, type Faults, orderFaults } from './faults.ts';
import type { Mill } from './mill.ts';
import type { MillLine, MillOrder, World } from './world.ts';

const texts = {
  en: {
    title: 'Flour mill, simulated',
    note: 'No flour moves here. The buttons are what people at the mill would do.',
    none: 'No orders yet.',
    head: ['Ordered', 'Confirmed', 'Shipped', 'Billed'],
    acts: {
      confirm: 'Confirm',
      less: 'Confirm one pack less',
      refuse: 'Refuse',
      ship: 'Ship in two lots',
      short: 'Ship one pack less',
      bill: 'Bill',
      dearer: 'Bill 1.00 more for a pack',
    },
    faults: 'What goes wrong next',
    add: 'Add',
  },
  zh: {
    title: '面粉厂（模拟）',
    note: '此处不会真的发货。按钮即为面粉厂人员的操作。',
    none: '还没有订单。',
    head: ['订购', '确认', '已发', '已开票'],
    acts: {
      confirm: '确认',
      less: '少确认一袋',
      refuse: '拒绝',
      ship: '分两批号发货',
      short: '少发一袋',
      bill: '开票',
      dearer: '每袋多开 1.00',
    },
    faults: '接下来出现的故障',
    add: '添加',
  },
};
type Texts = (typeof texts)['en'];
type Act = keyof Texts['acts'];

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}article{border-top:1px solid #ccc;padding:1rem 0}table{border-collapse:collapse;width:100%}th,td{width:25%;text-align:right;padding:.2rem .3rem}td[colspan]{text-align:left;padding-top:.6rem}button{font:inherit;padding:.3rem .8rem;margin:.4rem .4rem 0 0}small{color:#555}';

/** The page on which people at the mill confirm, ship and bill, and switch faults on; `?lang=zh` is Chinese. */
export function pageOf(world: World, mill: Mill, faults: Faults) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'GET') return pageWith(languageOf(request), world.orders.toReversed().slice(0, 50));
    await act(new URLSearchParams(await request.text()), mill, faults).catch(() => {});
    return backToPage(request);
  };
}

async function act(form: URLSearchParams, mill: Mill, faults: Faults): Promise<void> {
  const [id, fault] = [form.get('order') ?? '', form.get('fault')];
  const [order, document] = [orderFaults.find((one) => one === fault), documentFaults.find((one) => one === fault)];
  if (order) return faults.orders.add(order);
  if (document) return faults.documents.add(document);
  const [first] = mill.order(id).lines;
  /** One pack less of the first line than `usual`. */
  const less = (usual: (line: MillLine) => number) => (first ? { [first.line]: Math.max(0, usual(first) - 1) } : {});
  const acts: Record<Act, () => Promise<void>> = {
    confirm: () => mill.confirm(id),
    less: () =>
      mill.confirm(
        id,
        less(({ packs }) => packs),
        '库存不足 Not enough in stock',
      ),
    refuse: () => mill.refuse(id, '暂不供货 Not to be had'),
    ship: () => mill.ship(id, { lots: 2 }),
    short: () => mill.ship(id, { packs: less(({ confirmed, packs, shipped }) => (confirmed ?? packs) - shipped) }),
    bill: () => mill.bill(id),
    dearer: () => mill.bill(id, { dearer: 100 }),
  };
  await acts[form.get('act') as Act]?.();
}

function pageWith(language: Language, orders: MillOrder[]): Response {
  const words = texts[language];
  const options = [...orderFaults, ...documentFaults].map((one) => `<option>${one}</option>`).join('');
  const body = `<p>${words.note}</p>
${orders.map((order) => shown(order, words)).join('') || `<p>${words.none}</p>`}
<h2>${words.faults}</h2><form method="post"><select name="fault">${options}</select> <button>${words.add}</button></form>`;
  return plainPage({ title: words.title, language, style: STYLE, body });
}

function shown({ id, reference, place, currency, lines }: MillOrder, { head, acts }: Texts): string {
  const buttons = Object.entries(acts).map(([name, word]) => `<button name="act" value="${name}">${word}</button>`);
  return `<article><strong>${reference}</strong> ${escaped(place)} <small>${escaped(id)}</small>
<table><tr>${head.map((word) => `<th>${word}</th>`).join('')}</tr>${lines.map((line) => row(line, currency)).join('')}</table>
<form method="post"><input type="hidden" name="order" value="${escaped(id)}">${buttons.join('')}</form></article>`;
}

function row({ name, code, packs, pack, unit, price, confirmed, shipped, billed }: MillLine, currency: string): string {
  const each = `${pack} ${unit}, ${(price / 100).toFixed(2)} ${currency}`;
  const counts = [packs, confirmed ?? '–', shipped, billed].map((count) => `<td>${count}</td>`).join('');
  const product = `${escaped(`${name} (${code})`)} <small>${escaped(each)}</small>`;
  return `<tr><td colspan="4">${product}</td></tr><tr>${counts}</tr>`;
}
