import { createPublicKey, generateKeyPairSync, type KeyObject, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Aes, Formatter, Hash, Rsa, Transformer, Wechatpay } from 'wechatpay-axios-plugin';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { Credentials } from '../../plugins/wechat-pay/keys.ts';
import {
  authorization,
  doubtOf,
  message,
  paymentRequest,
  type SignatureHeaders,
  sealedFor,
  signatureHeaders,
  unsealed,
} from '../../plugins/wechat-pay/signing.ts';
import { fromXml, signatureOf, toXml } from '../../plugins/wechat-pay/version2.ts';
import { startWechat } from '../wechat-pay.ts';

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/wechat-pay.json'), 'utf8'));
const platformKey = createPublicKey(vectors.publicKey);
const verifies = (text: string, signature: string) => Rsa.verify(text, signature, platformKey);

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const older = generateKeyPairSync('rsa', { modulusLength: 2048 });
const us: Credentials = {
  appId: 'wx2421b1c4370ec43b',
  merchantId: '1900000001',
  merchantKeys: [
    { serial: 'NEWEST', key: privateKey },
    { serial: 'OLDER', key: older.privateKey },
  ],
  platformKeys: new Map(),
  apiV3Keys: [vectors.resource.apiV3Key],
  apiV2Key: undefined,
  appSecret: undefined,
};

/** The fields of a header Authorization. */
const fields = (header: string): Record<string, string> =>
  Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));

describe('requests', () => {
  test('what is signed of a request (vector computed from the rule)', () => {
    const [method = '', path = '', timestamp = '', nonce = '', ...body] = vectors.request.message.split('\n');
    expect(message(method, path, timestamp, nonce, body.join('\n').slice(0, -1))).toBe(vectors.request.message);
    expect(verifies(vectors.request.message, vectors.request.signature)).toBe(true);
    const get = ['GET', '/v3/pay/transactions/out-trade-no/O1?mchid=1900000001', '1700000000', 'NONCE0123456789', ''];
    expect(message(...get)).toBe(vectors.get.message);
    expect(verifies(message(...get), vectors.get.signature)).toBe(true);
  });

  test('a client that others maintain reads our signature: by the newest key, with the merchant and the moment', () => {
    const signed = { method: 'POST' as const, path: '/v3/pay/transactions/native?a=1', body: '{"description":"面"}' };
    const header = authorization(us, signed, 1_700_000_000_999);
    expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 /);
    const { mchid, nonce_str: nonce = '', signature = '', timestamp = '', serial_no: serial } = fields(header);
    expect({ mchid, timestamp, serial }).toEqual({ mchid: '1900000001', timestamp: '1700000000', serial: 'NEWEST' });
    expect(nonce.length).toBeLessThanOrEqual(32);
    const text = Formatter.request('POST', signed.path, timestamp, nonce, signed.body);
    expect(Rsa.verify(text, signature, publicKey)).toBe(true);
    expect(Rsa.verify(text, signature, older.publicKey)).toBe(false);
    expect(Rsa.verify(text.replace('a=1', 'a=2'), signature, publicKey)).toBe(false);
  });

  test('what a mini-program pays with is signed over the four lines (vector computed from the rule)', () => {
    const lines = vectors.paySign.message.split('\n').slice(0, -1);
    expect(message(...lines)).toBe(vectors.paySign.message);
    expect(verifies(vectors.paySign.message, vectors.paySign.paySign)).toBe(true);
    const asked = JSON.parse(paymentRequest(us, 'wx201410272009395522657a690389285100', 1_554_208_460_000));
    expect(asked).toMatchObject({
      timeStamp: '1554208460',
      package: 'prepay_id=wx201410272009395522657a690389285100',
      signType: 'RSA',
    });
    const { appId } = us;
    const text = Formatter.joinedByLineFeed(appId, asked.timeStamp, asked.nonceStr, asked.package);
    expect(Rsa.verify(text, asked.paySign, publicKey)).toBe(true);
  });

  test('a name that is encrypted for WeChat Pay is read with its private key alone', () => {
    const sealed = sealedFor(publicKey, '张三');
    expect(Rsa.decrypt(sealed, privateKey)).toBe('张三');
    const bytes = Buffer.from(Rsa.encrypt('张三', publicKey), 'base64');
    expect(privateDecrypt({ key: privateKey, oaepHash: 'sha1' }, bytes).toString()).toBe('张三');
  });
});

describe('version 2, for payment codes', () => {
  const { params, key, hmac_sha256: known } = vectors.version2;

  test('a message is signed as WeChat Pay’s own example is (official sample)', () => {
    expect(signatureOf(params, key)).toBe(known);
    expect(signatureOf({ ...params, sign: 'x', empty: '' }, key)).toBe(known);
    expect(Hash.sign('HMAC-SHA256', params, key)).toBe(known);
  });

  test('a client that others maintain reads our XML, and we read its, with what letters a name may have', () => {
    const message = { out_trade_no: 'A1', body: '面 <大> & "小"' };
    expect(Transformer.toObject(toXml(message))).toEqual(message);
    expect(fromXml(Transformer.toXml(message))).toEqual(message);
  });

  test('of XML that is more than flat nothing is believed', () => {
    const entity = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><return_code>&a;</return_code></xml>';
    expect(fromXml(entity)).toEqual({ return_code: '&a;' });
    expect(fromXml(`<xml>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</xml>`)['xml']).toBeUndefined();
  });
});

describe('answers and callbacks', () => {
  const { headers: sent, body } = vectors.callback;
  const at = 1_700_000_000 * SECOND;
  const keys: ReadonlyMap<string, KeyObject> = new Map([
    ['PUB_KEY_ID_OLDER', older.publicKey],
    [sent['Wechatpay-Serial'], platformKey],
  ]);
  const lower = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), String(value)]));
  const headers = signatureHeaders((name) => lower[name]) as SignatureHeaders;
  const doubt = (changes: Partial<SignatureHeaders> = {}, text = body, now = at) =>
    doubtOf(keys, { ...headers, ...changes }, text, now);

  test('a callback is believed by its raw body, within five minutes (vector computed from the rule)', () => {
    expect(doubt()).toBeNull();
    expect(doubt({}, body, at + 5 * MINUTE)).toBeNull();
    expect(doubt({}, body, at - 5 * MINUTE)).toBeNull();
    expect(doubt({}, body, at + 5 * MINUTE + 1)).toBe('stale');
    expect(doubt({}, body, at - 5 * MINUTE - 1)).toBe('stale');
  });

  test.each<[string, Partial<SignatureHeaders>, string, string]>([
    ['another space in the body', {}, body.replace('{', '{ '), 'forged'],
    ['the same JSON, written anew', {}, JSON.stringify(JSON.parse(body), null, 1), 'forged'],
    ['another nonce', { nonce: 'NONCE0123456780' }, body, 'forged'],
    ['another moment', { timestamp: '1700000001' }, body, 'forged'],
    ['a moment that is none', { timestamp: 'yesterday' }, body, 'stale'],
    ['a moment in milliseconds', { timestamp: '1700000000000' }, body, 'stale'],
    ['a key that nobody knows', { serial: 'PUB_KEY_ID_1' }, body, 'unknown key'],
    ['another key of WeChat Pay', { serial: 'PUB_KEY_ID_OLDER' }, body, 'forged'],
    ['a signature that is none', { signature: 'AAAA' }, body, 'forged'],
    ['a probe', { signature: `WECHATPAY/SIGNTEST/${headers.signature}` }, body, 'probe'],
  ])('%s is not believed', (_, changes, text, why) => {
    expect(doubt(changes, text)).toBe(why);
  });

  test('a header that is missing, or another scheme, is no signature', () => {
    for (const name of ['timestamp', 'nonce', 'serial', 'signature'])
      expect(signatureHeaders((one) => (one === `wechatpay-${name}` ? undefined : lower[one]))).toBeNull();
    const other = { ...lower, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' };
    expect(signatureHeaders((name) => other[name as keyof typeof other])).toBeNull();
    expect(doubtOf(keys, null, body, at)).toBe('unsigned');
  });

  test('what a callback tells is opened with our key alone, and by nobody who changed a bit (vector computed from the rule)', () => {
    const { resource, apiV3Key, plaintext } = vectors.resource;
    expect(unsealed(resource, apiV3Key)).toBe(plaintext);
    const { ciphertext, nonce, associated_data: data } = resource;
    expect(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, data)).toBe(plaintext);
    const bytes = Buffer.from(ciphertext, 'base64');
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    const changes: [object, string][] = [
      [{ ciphertext: bytes.toString('base64') }, apiV3Key],
      [{ ciphertext: ciphertext.slice(0, 12) }, apiV3Key],
      [{ associated_data: 'refund' }, apiV3Key],
      [{ nonce: 'abcdef012346' }, apiV3Key],
      [{ algorithm: 'AEAD_SM4_GCM' }, apiV3Key],
      [{}, apiV3Key.toUpperCase()],
    ];
    for (const [change, key] of changes) expect(() => unsealed({ ...resource, ...change }, key)).toThrow();
  });

  test('what others seal without any further data we open', () => {
    const ciphertext = Aes.AesGcm.encrypt('{"a":"面"}', vectors.resource.apiV3Key, 'abcdef012345', '');
    const sealed = { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce: 'abcdef012345' };
    expect(unsealed(sealed, vectors.resource.apiV3Key)).toBe('{"a":"面"}');
    expect(unsealed({ ...sealed, associated_data: '' }, vectors.resource.apiV3Key)).toBe('{"a":"面"}');
  });
});

test('the simulator is understood by a client that others maintain, which signs to it and believes it', async () => {
  await using wechat = await startWechat({ now: Date.now });
  const { simulator } = wechat;
  const { merchantId: mchid, appId: appid, merchantKeys, platformKeys } = await simulator.credentials();
  const [ours = '', privatePem = ''] = merchantKeys.split(/:(.*)/s);
  const [id = '', publicPem = ''] = platformKeys.split(/:(.*)/s);
  type Call = (...what: object[]) => Promise<{ data: object }>;
  const client = (serial: string) => {
    const options = { mchid, serial, privateKey: privatePem, certs: { [id]: publicPem }, baseURL: `${simulator.url}/` };
    return new Wechatpay(options) as unknown as Record<string, Record<'get' | 'post', Call>>;
  };
  const NATIVE = 'v3/pay/transactions/native';
  const prepay = (serial: string) =>
    client(serial)[NATIVE]?.post({
      appid,
      mchid,
      description: '午餐',
      out_trade_no: 'ORDER-1',
      notify_url: 'https://till.example/hook',
      amount: { total: 100, currency: 'CNY' },
    });
  expect((await prepay(ours))?.data).toEqual({ code_url: expect.stringMatching(/^weixin:/) });
  const found = client(ours)['v3/pay/transactions/out-trade-no/{number}']?.get({
    params: { mchid },
    number: 'ORDER-1',
  });
  expect((await found)?.data).toMatchObject({ trade_state: 'NOTPAY', amount: { total: 100 } });
  await expect(prepay('A0')).rejects.toMatchObject({ response: { status: 401, data: { code: 'SIGN_ERROR' } } });
  simulator.faults.requests.add('wrong-signature');
  await expect(prepay(ours)).rejects.toThrow();
});
