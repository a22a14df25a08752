import { backToPage, escaped, type Language, languageOf, plainPage } from '../../../kernel/plain-page.ts';
import type { Diner } from './diner.ts';
import { type Faults, pushFaults, requestFaults } from './faults.ts';
import { orderCard, type Texts, texts } from './page-orders.ts';
import type { Simulation } from './simulation.ts';
import type { OrderedFood, SimulatedFood } from './world.ts';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(22rem,1fr));gap:2rem}fieldset{border:0;padding:0;margin:0 0 1rem}
legend{font-weight:600;padding:.5rem 0 .2rem}label{display:flex;gap:.6rem;align-items:center;padding:.15rem 0}label span{flex:1}
input[type=number]{width:4rem}input,select,button{font:inherit;padding:.3rem .6rem}button{margin:.2rem .3rem .2rem 0}
article{border-top:1px solid #ccc;padding:.8rem 0}.out{color:#999;text-decoration:line-through}.state{font-weight:600}
small{color:#666}.primary{background:#ffd100;border:1px solid #caa600;border-radius:.3rem}`;

/** How many orders are shown: the last ones. */
const MOST = 30;
/** What the way costs, and how much note there may be, in fen and characters. */
const SHIPPING = 500;
const LONGEST = 200;

/** The page on which a person orders and changes their mind, and switches faults on; `?lang=zh` is Chinese. */
export function pageOf(simulation: Simulation, diner: Diner) {
  return async (request: Request): Promise<Response> => {
    if (request.method === 'GET') return pageWith(simulation, languageOf(request));
    // What the platform would not have is of no consequence: the page shows how things stand.
    await act(new URLSearchParams(await request.text()), simulation, diner).catch(() => {});
    return backToPage(request);
  };
}

async function act(form: URLSearchParams, { world, faults }: Simulation, diner: Diner): Promise<void> {
  const [what, orderNo] = [form.get('act'), form.get('order') ?? ''];
  switch (what) {
    case 'order': {
      const shop = form.get('shop') ?? '';
      const foods = [...(world.shops.get(shop)?.values() ?? [])].flatMap((food) => chosenOf(form, food));
      if (foods.length === 0) return;
      const note = (form.get('note') ?? '').slice(0, LONGEST);
      const isPickedUp = form.has('pickup');
      await diner.order({ shop, foods, note, isPickedUp, shippingFee: isPickedUp ? 0 : SHIPPING });
      return;
    }
    case 'cancel':
      return diner.cancel(orderNo);
    case 'refund':
      return diner.wantRefund(orderNo);
    case 'withdraw':
      return diner.withdrawRefund(orderNo);
    case 'part':
      return diner.wantPart(orderNo);
    case 'withdrawPart':
      return diner.withdrawPart(orderNo);
    case 'service':
      return diner.serviceRefunds(orderNo);
    case 'remind':
      return diner.remind(orderNo);
    case 'confirm':
      return diner.confirmElsewhere(orderNo);
    case 'receive':
      return diner.receive(orderNo);
    case 'fault':
      return addFault(form.get('fault') ?? '', faults);
  }
}

/** What was chosen of a dish. */
function chosenOf(form: URLSearchParams, { code, name, skus }: SimulatedFood): OrderedFood[] {
  return skus.flatMap((sku) => {
    const quantity = Number(form.get(`q ${code} ${sku.id}`));
    if (!Number.isInteger(quantity) || quantity < 1 || quantity > 99) return [];
    return [{ app_food_code: code, sku_id: sku.id, food_name: name, spec: sku.name, quantity, price: sku.price }];
  });
}

function addFault(name: string, faults: Faults): void {
  const request = requestFaults.find((one) => one === name);
  const push = pushFaults.find((one) => `push ${one}` === name);
  if (request) faults.requests.add(request);
  if (push) faults.pushes.add(push);
}

function pageWith({ world }: Simulation, language: Language): Response {
  const words = texts[language];
  const faults = [...requestFaults, ...pushFaults.map((one) => `push ${one}`)];
  const shops = [...world.shops].map(([code, foods]) => menu(code, [...foods.values()], words));
  const orders = [...world.orders.values()].toReversed().slice(0, MOST);
  const body = `<p>${words.note}</p>
<main><section><h2>${words.menu}</h2>${shops.join('') || `<p>${words.noMenu}</p>`}
<h2>${words.faults}</h2><form method="post"><input type="hidden" name="act" value="fault">
<select name="fault" aria-label="${words.faults}">${faults.map((one) => `<option>${one}</option>`).join('')}</select>
<button>${words.add}</button></form></section>
<section><h2>${words.orders}</h2>${orders.map((order) => orderCard(order, words)).join('') || `<p>${words.noOrders}</p>`}</section>
</main>`;
  return plainPage({ title: words.title, language, style: STYLE, body });
}

function menu(shop: string, foods: SimulatedFood[], words: Texts): string {
  const headings = [...Map.groupBy(foods, ({ category }) => category)];
  const lines = headings.map(
    ([category, listed]) =>
      `<fieldset><legend>${escaped(category)}</legend>${listed.map((food) => dish(food, words)).join('')}</fieldset>`,
  );
  return `<form method="post"><input type="hidden" name="act" value="order">
<input type="hidden" name="shop" value="${escaped(shop)}"><p><small>${escaped(shop)}</small></p>${lines.join('')}
<label><span>${words.orderNote}</span><input name="note" maxlength="${LONGEST}"></label>
<label><span>${words.pickup}</span><input type="checkbox" name="pickup"></label>
<button class="primary">${words.order}</button></form>`;
}

function dish({ code, name, skus }: SimulatedFood, words: Texts): string {
  return skus
    .map((sku) => {
      const what = `${escaped(name)} ${escaped(sku.name)} · ¥${(sku.price / 100).toFixed(2)}`;
      if (sku.stock === 0) return `<label><span class="out">${what}</span><small>${words.soldOut}</small></label>`;
      const field = `q ${escaped(code)} ${escaped(sku.id)}`;
      return `<label><span>${what}</span><input type="number" name="${field}" min="0" max="99" value="0"></label>`;
    })
    .join('');
}
