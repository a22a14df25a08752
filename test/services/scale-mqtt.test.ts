import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { createLog } from '../../kernel/log.ts';
import { type MqttScales, mqttScales } from '../../plugins/scale/mqtt.ts';
import { testClock } from '../app.ts';
import { startMosquitto } from '../servers/mosquitto.ts';
import type { Server } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';

const clock = testClock();
const PATIENCE = 300;

test('a broker that takes connections and lets nobody listen is complained of once, however often it is tried', async () => {
  const CONNECT = 1;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', ([first = 0]) => {
      if (first >> 4 === CONNECT) socket.write(Buffer.from([0x20, 2, 0, 0]));
      else socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const complaints: string[] = [];
  const log = Object.assign(createLog('silent'), {
    warn: (_: object, message: string) => void complaints.push(message),
  });
  const scales = mqttScales({ url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, clock, log });
  for (let tries = 0; tries < 3; tries++) {
    const [socket] = (await once(server, 'connection')) as [Socket];
    await once(socket, 'close');
  }
  expect(complaints).toEqual(['the broker of the scales does not answer, or lets nobody listen']);
  expect(() => scales.assertConnected()).toThrow('the broker of the scales does not answer');
  await scales.close();
  server.close();
});

describeOnServers('scales that publish their weight over MQTT', () => {
  let broker: Server;
  let scales: MqttScales;
  let scale: MqttClient;
  let seq: number;

  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker?.stop());
  beforeEach(async () => {
    seq = 0;
    scales = mqttScales({ url: broker.url, clock, log: createLog('silent') });
    await scales.connected();
    scale = await connectAsync(broker.url);
  });
  afterEach(async () => {
    await scale.endAsync();
    await scales.close();
  });

  const says = (message: object, { deviceId = 'counter', retain = false } = {}) => {
    seq += 1;
    const whole = {
      deviceId,
      ts: clock.now(),
      seq,
      weightGrams: 326,
      tareGrams: 0,
      stable: true,
      unit: 'g',
      ...message,
    };
    return scale.publishAsync(`scales/${deviceId}/weight`, JSON.stringify(whole), { qos: 1, retain });
  };
  /** Weighs while the scale says this and that. */
  async function weighing(say: () => Promise<unknown>, patience = PATIENCE) {
    const reading = scales.driver.weigh('counter', patience);
    await say();
    return reading;
  }
  const refused = (problem: string) => ({ outcome: 'refused', problem });

  test('the first weight at rest is taken, whatever came before it', async () => {
    const reading = await weighing(async () => {
      await says({ weightGrams: 310, stable: false });
      await says({ weightGrams: 326.4, tareGrams: 20 });
    }, 10_000);
    expect(reading).toEqual({ outcome: 'weighed', grams: 326, net: true });
  });

  test('what wobbles, is too much, too little or cannot be read is refused', async () => {
    expect(await weighing(() => says({ stable: false }))).toEqual(refused('UNSTABLE'));
    expect(await weighing(() => says({ overload: true }))).toEqual(refused('OVERLOADED'));
    expect(await weighing(() => says({ weightGrams: -3 }))).toEqual(refused('EMPTY'));
    expect(await weighing(() => says({ unit: 'kg' }))).toEqual(refused('STRANGE'));
    expect(await weighing(() => says({ weightGrams: '326' }))).toEqual(refused('STRANGE'));
    expect(await weighing(() => scale.publishAsync('scales/counter/weight', '{'))).toEqual(refused('STRANGE'));
    expect(await weighing(async () => {})).toEqual(refused('SILENT'));
  });

  test('nor is what another scale says, what was held up, repeated, or kept by the broker from before', async () => {
    expect(await weighing(() => says({}, { deviceId: 'kitchen' }))).toEqual(refused('SILENT'));
    expect(await weighing(() => says({ deviceId: 'kitchen' }))).toEqual(refused('STRANGE'));
    expect(await weighing(() => says({ ts: clock.now() - 60_000 }))).toEqual(refused('SILENT'));
    expect(await weighing(() => says({ seq: 100 }), 10_000)).toMatchObject({ grams: 326 });
    expect(await weighing(() => says({ seq: 100, weightGrams: 999 }))).toEqual(refused('SILENT'));
    await says({ seq: 200 }, { retain: true });
    const late = mqttScales({ url: broker.url, clock, log: createLog('silent') });
    const reading = late.driver.weigh('counter', PATIENCE);
    await late.connected();
    expect(await reading).toEqual(refused('SILENT'));
    await late.close();
    await says({ seq: 300 }, { retain: true });
  });

  test('a broker that was away says so, and is used again when it is back', async () => {
    await broker.kill();
    await scales.disconnected();
    expect(() => scales.assertConnected()).toThrow('the broker of the scales does not answer');
    await broker.start();
    await scales.connected();
    expect(() => scales.assertConnected()).not.toThrow();
    await scale.endAsync(true);
    scale = await connectAsync(broker.url);
    expect(await weighing(() => says({}), 10_000)).toMatchObject({ outcome: 'weighed', grams: 326 });
  });

  test('an address is a name without signs of MQTT', async () => {
    for (const address of ['+', '#', 'a/b', '', 'x'.repeat(65)])
      expect(await scales.driver.refusal(address)).toBe('is 1 to 64 letters, digits, _ and -');
    expect(await scales.driver.refusal('scale_7-a')).toBeNull();
  });
});
