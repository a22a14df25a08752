import { existsSync } from 'node:fs';
import { connect as tcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect as amqp } from 'amqplib';
import { createConnection } from 'mysql2/promise';
import { createClient } from 'redis';
import { startMariadb } from '../servers/mariadb.ts';
import { queueOnDisk, startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import { type Server, startServer } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';

/** Whether anything takes connections at this port of loopback. */
const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = tcp(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Asks MariaDB one thing. */
async function sql(url: string, statement: string): Promise<unknown> {
  const connection = await createConnection(url);
  try {
    return (await connection.query(statement))[0];
  } finally {
    await connection.end();
  }
}

const QUEUE = 'orders';
const durable = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

/** Publishes to a durable quorum queue; resolves when the broker has confirmed. */
async function publish(url: string, text: string): Promise<void> {
  const connection = await amqp(url);
  try {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(QUEUE, durable);
    channel.sendToQueue(QUEUE, Buffer.from(text), { persistent: true });
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}

/** Waits for the next message of the queue. */
async function consume(url: string): Promise<string> {
  const connection = await amqp(url);
  try {
    const channel = await connection.createChannel();
    await channel.assertQueue(QUEUE, durable);
    return await new Promise<string>((resolve, reject) => {
      channel
        .consume(QUEUE, (message) => (message ? resolve(message.content.toString()) : reject(new Error('cancelled'))))
        .catch(reject);
    });
  } finally {
    await connection.close();
  }
}

describeOnServers('the servers of a run', () => {
  test('are the ones that the environment names', async () => {
    expect(await sql(process.env['DATABASE_URL']!, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await publish(process.env['RABBITMQ_URL']!, 'hello');
    expect(await consume(process.env['RABBITMQ_URL']!)).toBe('hello');
    const redis = await createClient({ url: process.env['REDIS_URL']! }).connect();
    expect(await redis.ping()).toBe('PONG');
    redis.destroy();
  });
});

describeOnServers('a private copy', () => {
  /** Keeps one server for the stories of a block, which go on from one another. */
  const kept = (start: () => Promise<Server>) => {
    let server: Server;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.stop());
    return () => server;
  };

  describe('of MariaDB', () => {
    const mariadb = kept(startMariadb);

    test('keeps a committed row over a power cut', async () => {
      const { url } = mariadb();
      await sql(url, 'CREATE DATABASE kitchen');
      await sql(`${url}/kitchen`, 'CREATE TABLE dish (name VARCHAR(40))');
      await sql(`${url}/kitchen`, "INSERT INTO dish VALUES ('宫保鸡丁')");
      await mariadb().kill();
      await expect(sql(url, 'SELECT 1')).rejects.toThrow();
      await mariadb().start();
      expect(await sql(`${url}/kitchen`, 'SELECT name FROM dish')).toEqual([{ name: '宫保鸡丁' }]);
    });

    test('is gone after its end, with its folder', () => gone(mariadb()));
  });

  describe('of Redis', () => {
    const redis = kept(startRedis);

    test('comes back empty after a power cut', async () => {
      const before = await createClient({ url: redis().url, socket: { reconnectStrategy: false } })
        .on('error', () => undefined)
        .connect();
      await before.set('menu', 'hot');
      expect(await before.get('menu')).toBe('hot');
      await redis().kill();
      await redis().start();
      const after = await createClient({ url: redis().url }).connect();
      expect(await after.get('menu')).toBeNull();
      after.destroy();
    });

    test('is gone after its end, with its folder', () => gone(redis()));
  });

  describe('of RabbitMQ', () => {
    const rabbitmq = kept(startRabbitmq);

    test('keeps a confirmed message over a power cut', async () => {
      await publish(rabbitmq().url, 'order 1');
      await queueOnDisk(rabbitmq(), QUEUE);
      await rabbitmq().kill();
      await expect(amqp(rabbitmq().url)).rejects.toThrow();
      await rabbitmq().start();
      expect(await consume(rabbitmq().url)).toBe('order 1');
    });

    test('has nothing left once it is wiped', async () => {
      await expect(rabbitmq().wipe()).rejects.toThrow('rabbitmq is up');
      await rabbitmq().kill();
      await rabbitmq().wipe();
      await rabbitmq().start();
      const connection = await amqp(rabbitmq().url);
      const channel = await connection.createChannel();
      channel.on('error', () => undefined);
      await expect(channel.checkQueue(QUEUE)).rejects.toThrow('NOT_FOUND');
      await connection.close();
    });

    test('is gone after its end, with its folder', () => gone(rabbitmq()));
  });

  async function gone(server: Server) {
    expect(await listens(server.port)).toBe(true);
    await server.stop();
    expect(await listens(server.port)).toBe(false);
    expect(server.pid).toBeUndefined();
    expect(existsSync(server.folder)).toBe(false);
  }

  test('that cannot start says why', async () => {
    const broken = startServer({
      name: 'oven',
      url: () => '',
      command: () => ({ line: ['sh', '-c', 'echo the gas is off; exit 1'] }),
      ready: async () => false,
    });
    await expect(broken).rejects.toThrow('oven ended while it started:\nthe gas is off');
  });
});
