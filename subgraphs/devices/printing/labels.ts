import type { Settings } from '../settings.ts';

/** The language of a print. */
export type PrintLanguage = Settings['printLanguage'];

/** The words that prints are made of, by language. */
export const labels = {
  en: {
    number: 'No.',
    table: 'Table',
    channel: { DINE_IN: 'Dine in', TAKEAWAY: 'Takeaway', DELIVERY: 'Delivery' },
    subtotal: 'Subtotal',
    discount: 'Discount',
    tax: 'Tax',
    total: 'Total',
    paidBy: 'Paid by',
    gift: 'gift',
    note: 'Note:',
    cancelled: 'CANCELLED',
  },
  zh: {
    number: '取餐号',
    table: '桌号',
    channel: { DINE_IN: '堂食', TAKEAWAY: '自取', DELIVERY: '外卖' },
    subtotal: '小计',
    discount: '优惠',
    tax: '税额',
    total: '合计',
    paidBy: '支付方式',
    gift: '赠品',
    note: '备注：',
    cancelled: '订单已取消',
  },
} as const satisfies Record<PrintLanguage, unknown>;
