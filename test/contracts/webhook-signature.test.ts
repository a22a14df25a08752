import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { newWebhookSecret, verifyWebhook, webhookHeaders } from '../../kernel/webhook-signature.ts';

const now = 1_700_000_000_000;
const body = '{"sacks":4}';
const secret = newWebhookSecret();

/** A message of the moment, signed with some secrets, in part other than it should be. */
function verified(changes: Record<string, string | null> = {}, text = body, secrets = [secret], at = now) {
  const signed = webhookHeaders({ id: 'msg-1', at: Math.floor(at / SECOND), body }, [secret]);
  const headers: Record<string, string | null> = { ...signed, ...changes };
  return verifyWebhook({ header: (name) => headers[name] ?? null, body: Buffer.from(text) }, secrets, now);
}

test('what is signed with one of the secrets just now is believed', () => {
  expect(verified()).toEqual({ id: 'msg-1', at: now / SECOND });
  expect(verified({}, body, [newWebhookSecret(), secret])).toEqual({ id: 'msg-1', at: now / SECOND });
});

test('the published example of Standard Webhooks is read as its own libraries do', () => {
  // From the specification's repository: secret, message and signature.
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const example = '{"test": 2432232314}';
  const headers: Record<string, string> = {
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  const read = verifyWebhook(
    { header: (name) => headers[name] ?? null, body: Buffer.from(example) },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    1_614_265_330_000,
  );
  expect(read).toEqual({ id, at: 1_614_265_330 });
});

test('several signatures stand side by side while a secret is replaced, and one that fits is enough', () => {
  const { 'webhook-signature': good } = webhookHeaders({ id: 'msg-1', at: now / SECOND, body }, [secret]);
  expect(verified({ 'webhook-signature': `v1,${'A'.repeat(43)}= v1a,xyz ${good}` })).toMatchObject({ id: 'msg-1' });
  // More than anybody sends are not looked at.
  const many = `${`v1,${'A'.repeat(43)}= `.repeat(100)}${good}`;
  expect(verified({ 'webhook-signature': many })).toBe('forged');
});

test('five minutes either way are believed, and a second more is not', () => {
  for (const sign of [1, -1]) {
    expect(verified({}, body, [secret], now + sign * 5 * MINUTE)).toMatchObject({ id: 'msg-1' });
    expect(verified({}, body, [secret], now + sign * (5 * MINUTE + SECOND))).toBe('stale');
  }
});

test('whatever else differs is not believed', () => {
  expect(verified({}, `${body} `)).toBe('forged');
  expect(verified({ 'webhook-id': 'msg-2' })).toBe('forged');
  expect(verified({ 'webhook-timestamp': String(now / SECOND + 1) })).toBe('forged');
  expect(verified({}, body, [newWebhookSecret()])).toBe('forged');
  expect(verified({}, body, [])).toBe('forged');
  const key = Buffer.from(secret.slice(6), 'base64');
  const plain = createHmac('sha256', key).update(body).digest('base64');
  expect(verified({ 'webhook-signature': `v1,${plain}` })).toBe('forged');
  expect(verified({ 'webhook-signature': 'v1,' })).toBe('forged');
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'])
    expect(verified({ [name]: null })).toBe('unsigned');
  for (const stamp of ['', '-1', '1e9', 'NaN', '9'.repeat(20)])
    expect(verified({ 'webhook-timestamp': stamp })).toBe('unsigned');
  expect(verified({ 'webhook-id': 'x'.repeat(201) })).toBe('unsigned');
});
