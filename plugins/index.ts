import type { Module } from '../kernel/module.ts';
import { cashPayment } from './cash-payment/index.ts';
import { demoPayment } from './demo-payment/index.ts';
import { demoSignIn } from './demo-sign-in/index.ts';
import { kitchenScreen } from './kitchen-screen/index.ts';
import { meituan } from './meituan/index.ts';
import { pluginSettings } from './plugin-settings/index.ts';
import { remotePlugins } from './remote-plugins/index.ts';
import { wechatPay } from './wechat-pay/index.ts';

/** The modules that come with the product and that one may remove. */
export const plugins: readonly Module[] = [
  cashPayment,
  demoPayment,
  demoSignIn,
  kitchenScreen,
  meituan,
  pluginSettings,
  remotePlugins,
  wechatPay,
];
