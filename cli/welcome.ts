import type { Module } from '../kernel/module.ts';
import { demoDiner, demoPeople } from './demo/people.ts';
import type { Demo } from './demo/seed.ts';
import type { Product } from './product.ts';
import type { Servers } from './servers.ts';
import type { Shape } from './shape.ts';

/** The table that `npm start` prints: addresses, sign-ins, and where the data lies. */
export function welcome(product: Product, shape: Shape, servers: Servers, demo?: Demo & { pairing: string }): string {
  const { refused } = product.running;
  const pages = shape.modules.flatMap(({ name, page }) => (page && !refused.has(name) ? page : []));
  // The kitchen's screen pairs itself by the code in its address: ten minutes, one use.
  const pair = demo ? `?pair=${demo.pairing}` : '';
  const rows: [string, string][] = [
    ['Graph', `${product.url}/graphql`],
    ...pages.map(({ title, path }): [string, string] => [
      title,
      `${product.url}${path}${path === '/kitchen' ? pair : ''}`,
    ]),
    ...whereabouts(product, shape, servers),
  ];
  if (demo) {
    const { headquarters, manager, waiter, cook } = demoPeople;
    rows.push(
      ['Table to scan', demo.tableCode],
      ['To pay by QR code', `provider "wechat-pay", then ${product.url}/wechat-pay/simulator`],
      ['To put something on the scale', `${product.url}/scale/simulator`],
      ['What is printed', `${product.url}/escpos-printer/simulator`],
      ['To buy flour', `draftPurchaseOrder, sendPurchaseOrder, then ${product.url}/supplier-ubl/simulator`],
      ['To order from outside', `${product.url}/meituan/simulator`],
      ['Diner', `provider "demo", credential "${demoDiner.credential}"`],
      ['Waiter', signInOf(waiter)],
      ['Cook', signInOf(cook)],
      ['Store manager', signInOf(manager)],
      ['Headquarters', signInOf(headquarters)],
    );
  }
  if (!demo) rows.push(['Sign-in', 'your own staff; ADMIN_NAME and ADMIN_PIN make headquarters’ first account']);
  return table('DineGraph is running. Ctrl-C ends it.', rows);
}

/** The same for a process that hosts modules and no gateway. */
export function hosting(product: Product, shape: Shape, servers: Servers): string {
  const rows: [string, string][] = [['Address', product.url], ...whereabouts(product, shape, servers)];
  return table('This part of DineGraph is running. Ctrl-C ends it.', rows);
}

/** What runs here, and where the data lies. */
function whereabouts(
  { running }: Product,
  { hosted, elsewhere }: Shape,
  { storage, namespace }: Servers,
): [string, string][] {
  const rows: [string, string][] = [];
  const here = hosted.filter(({ name }) => !running.refused.has(name));
  const names = (modules: readonly Module[]) => modules.map(({ name }) => name).join(', ');
  if (elsewhere.length > 0) rows.push(['Hosts', names(here) || 'the gateway']);
  else rows.push(['Plug-ins', names(here.filter(({ contract }) => contract !== undefined))]);
  if (storage.kind === 'mysql') rows.push(['Data', `${new URL(storage.url).host}, databases ${namespace}_*`]);
  else if (hosted.length > 0) rows.push(['Data', storage.folder]);
  return rows;
}

function table(title: string, rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  return [title, '', ...lines, ''].join('\n');
}

function signInOf({ name, pin }: { name: string; pin: string }): string {
  return `${name}, PIN ${pin}`;
}
