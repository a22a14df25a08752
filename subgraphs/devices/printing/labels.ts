import type { DevicesHost } from '../settings.ts';

/** The language of a print. */
export type PrintLanguage = DevicesHost['settings']['printLanguage'];

/** The words that prints are made of, by language. */
export const labels = {
  en: {
    number: 'No.',
    table: 'Table',
    channel: { DINE_IN: 'Dine in', TAKEAWAY: 'Takeaway', DELIVERY: 'Delivery' },
    total: 'Total',
    tax: 'Tax included',
    discount: 'You saved',
    paidBy: 'Paid by',
    gift: 'gift',
    note: 'Note:',
    cancelled: 'CANCELLED',
    copy: 'COPY',
    scan: 'Scan to order',
  },
  zh: {
    number: '取餐号',
    table: '桌号',
    channel: { DINE_IN: '堂食', TAKEAWAY: '自取', DELIVERY: '外卖' },
    total: '合计',
    tax: '含税',
    discount: '已优惠',
    paidBy: '支付方式',
    gift: '赠品',
    note: '备注：',
    cancelled: '订单已取消',
    copy: '副本',
    scan: '扫码点餐',
  },
} as const satisfies Record<PrintLanguage, unknown>;
