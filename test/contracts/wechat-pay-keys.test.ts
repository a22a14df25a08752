import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { SECOND } from '../../kernel/clock.ts';
import { type Keys, pemOf } from '../../plugins/wechat-pay/simulator/keys.ts';
import { startApp, testClock } from '../app.ts';
import { counterOf, openRestaurant } from '../counter.ts';
import { startWechat } from '../wechat-pay.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-wechat-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('keys change while diners pay: a new file is enough, nothing is started anew', async () => {
  const clock = testClock();
  await using wechat = await startWechat(clock);
  const { simulator } = wechat;
  const keys: Keys = await simulator.keys();
  const [ours, theirs] = [mkdtempSync(join(folder, 'ours-')), mkdtempSync(join(folder, 'theirs-'))];
  let written = 1_700_000_000;
  const put = (where: string, name: string, pem: string) => {
    const file = join(where, `${name}.pem`);
    writeFileSync(file, pem);
    written += 60;
    utimesSync(file, written, written);
  };
  const putNewest = () => {
    const [merchant, platform] = [keys.merchant[0], keys.platform[0]];
    if (merchant) put(ours, merchant.id, pemOf(merchant.privateKey));
    if (platform) put(theirs, platform.id, pemOf(platform.publicKey));
  };
  putNewest();
  const shared = join(folder, 'shared-key');
  writeFileSync(shared, `${keys.apiV3Key}\n`);
  const environment = {
    ...(await wechat.environment()),
    WECHAT_PAY_MERCHANT_KEYS: ours,
    WECHAT_PAY_PLATFORM_KEYS: theirs,
    WECHAT_PAY_API_V3_KEY: shared,
  };
  await using app = await startApp({ modules, clock, environment });
  wechat.callbacksTo(app);
  const restaurant = await openRestaurant(app);
  const counter = counterOf(app, restaurant);
  const asked = async () => {
    const { id } = await counter.placed();
    const { action } = await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' });
    return { id, action };
  };
  const paid = (id: string) => counter.until(restaurant.guest, id, ({ state }) => state === 'PAID');

  const early = await asked();
  await simulator.rotate('platform');
  // Nobody has been told of the new key: what it signs is not believed, and WeChat Pay will say it again.
  await simulator.payer.confirm(early.action);
  await simulator.callbacks.idle();
  expect(simulator.callbacks.delivered.at(-1)).toMatchObject({ status: 401 });
  expect((await counter.order(restaurant.guest, early.id)).state).toBe('AWAITING_PAYMENT');

  await simulator.rotate('merchant');
  putNewest();
  clock.advance(16 * SECOND);
  await simulator.tick();
  await paid(early.id);
  // What is signed by a key of before is still believed, and we sign with the new one alone.
  keys.platform.reverse();
  await simulator.rotate('merchant', 'is revoked');
  putNewest();
  clock.advance(11 * SECOND);
  const late = await asked();
  expect(late.action).toMatch(/^weixin:/);
  await simulator.payer.confirm(late.action);
  await paid(late.id);

  // The key that callbacks are sealed with is another one, and nobody has been told of it yet.
  const last = await asked();
  const before = keys.apiV3Key;
  keys.apiV3Key = 'n'.repeat(32);
  await simulator.payer.confirm(last.action);
  await simulator.callbacks.idle();
  expect(simulator.callbacks.delivered.at(-1)).toMatchObject({ status: 400 });
  writeFileSync(shared, `${keys.apiV3Key}\n${before}\n`);
  clock.advance(16 * SECOND);
  await simulator.tick();
  expect(simulator.callbacks.delivered.at(-1)).toMatchObject({ status: 204 });
  await paid(last.id);
});

test.each(['http://till.example/webhooks/wechat-pay', 'https://till.example/webhooks/wechat-pay?till=1'])(
  'an address that WeChat Pay would send no callbacks to leaves the plug-in out (%s)',
  async (address) => {
    const environment = { WECHAT_PAY_NOTIFY_URL: address };
    const some = modules.filter(({ name }) => ['menu', 'wechat-pay'].includes(name));
    await using app = await startApp({ modules: some, environment });
    expect(app.product.running.refused.get('wechat-pay')).toMatch(/WECHAT_PAY_NOTIFY_URL=.* expected https:\/\//);
  },
);

test.each([
  [{ WECHAT_PAY_MERCHANT_KEYS: '' }, /WECHAT_PAY_MERCHANT_KEYS is not set, and others of WeChat Pay are/],
  [
    { WECHAT_PAY_MERCHANT_KEYS: 'A1:/nowhere/key.pem' },
    /WECHAT_PAY_MERCHANT_KEYS is not valid: the file .* cannot be read/,
  ],
  [
    { WECHAT_PAY_MERCHANT_KEYS: 'a-secret-word' },
    /WECHAT_PAY_MERCHANT_KEYS is not valid: expected a folder, or NAME:FILE/,
  ],
  [
    { WECHAT_PAY_PLATFORM_KEYS: 'A1:-----BEGIN PUBLIC KEY-----' },
    /WECHAT_PAY_PLATFORM_KEYS is not valid: expected keys of RSA/,
  ],
  [{ WECHAT_PAY_API_V3_KEY: 'short' }, /WECHAT_PAY_API_V3_KEY is not valid: expected 32 characters/],
])('what does not fit leaves the plug-in out, in a line that names it and no secret (%o)', async (wrong, reason) => {
  await using wechat = await startWechat({ now: Date.now });
  const environment = { ...(await wechat.environment()), ...wrong };
  const some = modules.filter(({ name }) => ['menu', 'wechat-pay'].includes(name));
  await using app = await startApp({ modules: some, environment });
  const said = app.product.running.refused.get('wechat-pay') ?? '';
  expect(said).toMatch(reason);
  for (const secret of Object.values(wrong).filter(Boolean)) expect(said).not.toContain(secret);
});
