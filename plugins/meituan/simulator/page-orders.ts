import { escaped } from '../../../kernel/plain-page.ts';
import type { SimulatedOrder, Status } from './world.ts';

/** The words of the page in both languages. */
export const texts = {
  en: {
    title: 'Meituan, simulated',
    note: 'Nobody eats and nobody pays here. Order something, and see what the shop makes of it.',
    menu: 'The menu',
    noMenu: 'No shop has sent its menu yet: look again in a few seconds.',
    soldOut: 'sold out',
    orderNote: 'Note',
    pickup: 'Fetch it myself',
    order: 'Order',
    orders: 'Orders',
    noOrders: 'Nothing was ordered yet.',
    faults: 'What goes wrong next',
    add: 'Add',
    prepared: 'ready to be fetched',
    cancel: 'Cancel',
    refund: 'Ask for the money back',
    withdraw: 'No, keep it',
    part: 'Ask for one portion’s money back',
    withdrawPart: 'No, keep the portion',
    service: 'Meituan’s service gives one portion back',
    partly: 'Part',
    remind: 'Urge',
    confirm: 'Confirm on the shop’s other terminal',
    receive: 'Handed over',
    wish: 'Refund',
    WAITING: 'waits for the shop',
    AGREED: 'agreed',
    REJECTED: 'refused',
    WITHDRAWN: 'withdrawn',
    1: 'submitted',
    2: 'waits for the shop',
    4: 'confirmed',
    8: 'done',
    9: 'cancelled',
  },
  zh: {
    title: '美团外卖（模拟）',
    note: '此处不会真实下单或扣款。点一份菜，看看门店如何处理。',
    menu: '菜单',
    noMenu: '尚无门店推送菜单，请几秒后刷新。',
    soldOut: '已售完',
    orderNote: '备注',
    pickup: '到店自取',
    order: '提交订单',
    orders: '订单',
    noOrders: '还没有订单。',
    faults: '接下来出现的故障',
    add: '添加',
    prepared: '出餐完成',
    cancel: '取消订单',
    refund: '申请退款',
    withdraw: '撤销退款申请',
    part: '申请部分退款（一份）',
    withdrawPart: '撤销部分退款申请',
    service: '客服退一份',
    partly: '部分退款',
    remind: '催单',
    confirm: '在门店另一终端接单',
    receive: '已送达',
    wish: '退款',
    WAITING: '等待商家处理',
    AGREED: '商家已同意',
    REJECTED: '商家已拒绝',
    WITHDRAWN: '已撤销',
    1: '已提交',
    2: '等待商家接单',
    4: '商家已接单',
    8: '已完成',
    9: '已取消',
  },
};
export type Texts = (typeof texts)['en'];

type Action = 'cancel' | 'refund' | 'part' | 'service' | 'remind' | 'confirm' | 'receive';
const actions: Record<Status, readonly Action[]> = {
  1: ['cancel'],
  2: ['cancel', 'remind', 'confirm'],
  4: ['cancel', 'refund', 'part', 'service', 'remind', 'receive'],
  8: ['part', 'service'],
  9: [],
};

/** An order with what may be done about it. */
export function orderCard(order: SimulatedOrder, words: Texts): string {
  const { orderNo, daySeq, status, foods, total, isPrepared, cancelled, refund, parts } = order;
  const isOff = status === 9;
  const buttons = [
    ...actions[status],
    ...(refund?.state === 'WAITING' && !isOff ? (['withdraw'] as const) : []),
    ...(parts.some(({ state }) => state === 'WAITING') && !isOff ? (['withdrawPart'] as const) : []),
  ];
  const dishes = foods.map(
    ({ food_name, spec = '', quantity }) => `${escaped(food_name)} ${escaped(spec)} × ${quantity}`,
  );
  const more = [
    isPrepared ? words.prepared : '',
    cancelled ? `${cancelled.code} ${escaped(cancelled.reason)}` : '',
    refund ? `${words.wish}: ${words[refund.state]}` : '',
    ...parts.map(({ money, state }) => `${words.partly} ¥${(money / 100).toFixed(2)}: ${words[state]}`),
  ].filter(Boolean);
  return `<article><form method="post"><input type="hidden" name="order" value="${orderNo}">
<p><b>#${daySeq}</b> <span class="state">${words[status]}</span> · ¥${(total / 100).toFixed(2)} <small>${orderNo}</small><br>
${dishes.join('<br>')}${more.length > 0 ? `<br><small>${more.join(' · ')}</small>` : ''}</p>
${buttons.map((name) => `<button name="act" value="${name}">${words[name]}</button>`).join('')}</form></article>`;
}
