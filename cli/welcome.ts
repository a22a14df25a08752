import { demoDiner, demoPeople } from './demo/people.ts';
import type { Demo } from './demo/seed.ts';
import type { Product } from './product.ts';

/** The table that `npm start` prints: addresses, sign-ins, and where the data lies. */
export function welcome(product: Product, dataDir: string, demo?: Demo & { pairing: string }): string {
  const pages = [...product.running.modules.values()].flatMap(({ module }) => module.page ?? []);
  // The kitchen's screen pairs itself by the code in its address: ten minutes, one use.
  const pair = demo ? `?pair=${demo.pairing}` : '';
  const rows: [string, string][] = [
    ['Graph', `${product.url}/graphql`],
    ...pages.map(({ title, path }): [string, string] => [
      title,
      `${product.url}${path}${path === '/kitchen' ? pair : ''}`,
    ]),
    ['Data', dataDir],
  ];
  if (demo) {
    const { headquarters, manager, waiter, cook } = demoPeople;
    rows.push(
      ['Table to scan', demo.tableCode],
      ['Diner', `provider "demo", credential "${demoDiner.credential}"`],
      ['Waiter', signInOf(waiter)],
      ['Cook', signInOf(cook)],
      ['Store manager', signInOf(manager)],
      ['Headquarters', signInOf(headquarters)],
    );
  }
  if (!demo) rows.push(['Sign-in', 'your own staff; ADMIN_NAME and ADMIN_PIN make headquarters’ first account']);
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
  return ['DineGraph is running. Ctrl-C ends it.', '', ...lines, ''].join('\n');
}

function signInOf({ name, pin }: { name: string; pin: string }): string {
  return `${name}, PIN ${pin}`;
}
