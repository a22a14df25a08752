import type { Module } from '../kernel/module.ts';
import { cashPayment } from './cash-payment/index.ts';
import { demoPayment } from './demo-payment/index.ts';
import { demoSignIn } from './demo-sign-in/index.ts';
import { escposPrinter } from './escpos-printer/index.ts';
import { kitchenScreen } from './kitchen-screen/index.ts';
import { meituan } from './meituan/index.ts';
import { pluginSettings } from './plugin-settings/index.ts';
import { remotePlugins } from './remote-plugins/index.ts';
import { scale } from './scale/index.ts';
import { supplierUbl } from './supplier-ubl/index.ts';
import { wechatPay } from './wechat-pay/index.ts';

/** The modules that come with the product and that one may remove. */
export const plugins: readonly Module[] = [
  cashPayment,
  demoPayment,
  demoSignIn,
  escposPrinter,
  kitchenScreen,
  meituan,
  pluginSettings,
  remotePlugins,
  scale,
  supplierUbl,
  wechatPay,
];
