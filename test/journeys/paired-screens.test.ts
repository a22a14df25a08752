import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { codeOf, type House, KITCHEN, startKitchen } from '../kitchen.ts';
import { type Person, staff } from '../people.ts';
import { key, write } from '../shop.ts';

let house: House;
let manager: Person;

beforeAll(async () => {
  house = await startKitchen();
  manager = await staff(house.app, house.hq, 'MANAGER', [house.storeId]);
});
afterAll(async () => {
  await house[Symbol.asyncDispose]();
});

const PAIRING = 'code expiresAt device { id active }';
const CLAIM = 'mutation ($code: String!) { claimPairing(input: { code: $code }) { accessToken device { id active } } }';

describe('A screen is paired with a store', () => {
  const pair = (name = 'Screen', idempotencyKey = key()) =>
    write(
      house.app,
      manager,
      'createPairing',
      'CreatePairingInput',
      { idempotencyKey, storeId: house.storeId, name },
      PAIRING,
    );
  const claim = (code: string) => house.app.graph(CLAIM, { code });

  test('a code pairs one device once, and the device then works in its own store only', async () => {
    const pairing = await pair();
    expect(pairing.code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
    expect(pairing.device.active).toBe(false);
    const typed = `${pairing.code.slice(0, 4)}-${pairing.code.slice(4)}`.toLowerCase();
    const tries = await Promise.all(Array.from({ length: 5 }, () => claim(typed)));
    expect(tries.map(codeOf).sort()).toEqual([...Array(4).fill('PAIRING_CODE_REFUSED'), undefined]);
    const { accessToken, device } = tries.find(({ data }) => data)!.data.claimPairing;
    expect(device).toMatchObject({ id: pairing.device.id, active: true });
    await house.paid(house.storeId, [{}]);
    const ticket = (await house.app.ask(KITCHEN, { storeId: house.storeId }, accessToken)).kitchen.at(-1);
    const { data } = await house.advance(ticket.id, 'STARTED', accessToken);
    expect(data.advanceTicket.state).toBe('STARTED');
    expect(codeOf(await house.app.graph(KITCHEN, { storeId: await house.newStore() }, accessToken))).toBe('FORBIDDEN');
    const { me } = await house.app.ask('{ me { ... on PairedDevice { id name active } } }', {}, accessToken);
    expect(me).toEqual({ id: device.id, name: 'Screen', active: true });
  });

  test('asking for a code twenty times at once makes one device with one code', async () => {
    const same = key();
    const pairings = await Promise.all(Array.from({ length: 20 }, () => pair('Bar', same)));
    expect(new Set(pairings.map(({ code, device }) => `${code} ${device.id}`)).size).toBe(1);
    await expect(pair('Another', same)).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  test('a code is good for ten minutes', async () => {
    const { code } = await pair();
    house.clock.advance(10 * MINUTE);
    expect(codeOf(await claim(code))).toBe('PAIRING_CODE_REFUSED');
  });

  test('when a screen is unpaired, what it was watching ends at once', async () => {
    const { code } = await pair();
    const { accessToken, device } = (await claim(code)).data.claimPairing;
    const screen = house.watch(house.storeId, accessToken);
    expect(await screen.next()).toMatchObject({ snapshot: true });
    const unpair = () =>
      house.app.graph(
        'mutation ($id: ID!) { unpairDevice(input: { id: $id }) { id active } }',
        { id: device.id },
        manager.token,
      );
    expect((await unpair()).data.unpairDevice).toEqual({ id: device.id, active: false });
    expect(await screen.next()).toBe('UNAUTHENTICATED');
    expect(await screen.next()).toBe('ended');
    expect(codeOf(await house.app.graph(KITCHEN, { storeId: house.storeId }, accessToken))).toBe('UNAUTHENTICATED');
    expect((await unpair()).data.unpairDevice.active).toBe(false);
    expect(codeOf(await claim(code))).toBe('PAIRING_CODE_REFUSED');
  });

  test('codes cannot be guessed: after twenty wrong ones in a minute none is taken for a while', async () => {
    house.clock.advance(MINUTE);
    const { code } = await pair();
    const guesses = await Promise.all(Array.from({ length: 25 }, (_, n) => claim(`WRONG${n}`)));
    expect(guesses.filter((guess) => codeOf(guess) === 'PAIRING_CODE_REFUSED')).toHaveLength(20);
    expect(codeOf(await claim(code))).toBe('PAIRING_REFUSED_TOO_OFTEN');
    house.clock.advance(MINUTE);
    expect((await claim(code)).data.claimPairing.device.active).toBe(true);
  });
});

test('a repeated request for a code still finds its device after a restart, and its new code pairs that one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-test-'));
  await using folders = new AsyncDisposableStack();
  folders.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const pairAgain = (at: House, storeId: string) =>
    write(
      at.app,
      at.hq,
      'createPairing',
      'CreatePairingInput',
      { idempotencyKey: 'once', storeId, name: 'Bar' },
      PAIRING,
    );
  const before = await (async () => {
    await using first = await startKitchen({ dataDir });
    return { storeId: first.storeId, pairing: await pairAgain(first, first.storeId) };
  })();
  await using again = await startKitchen({ dataDir });
  const { code, device } = await pairAgain(again, before.storeId);
  expect(device.id).toBe(before.pairing.device.id);
  expect((await again.app.ask(CLAIM, { code })).claimPairing.device).toEqual({ id: device.id, active: true });
  expect(codeOf(await again.app.graph(CLAIM, { code: before.pairing.code }))).toBe('PAIRING_CODE_REFUSED');
});
