import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Contained, contain } from '../../kernel/containment.ts';
import { CodedError } from '../../kernel/errors.ts';
import { healthOf } from '../../kernel/health.ts';
import { anonymous } from '../../kernel/identity.ts';
import { createLog } from '../../kernel/log.ts';
import { definePlugin, type Parts } from '../../kernel/module.ts';
import { port, provide } from '../../kernel/ports.ts';
import type { RunningModule } from '../../kernel/set-up.ts';
import { createMetrics } from '../../kernel/telemetry/metrics.ts';
import { type App, startApp } from '../app.ts';
import { reader, WRITE, writer } from './notes.ts';

const brief = { limit: 30, atOnce: 2 };
const limits = {
  metrics: createMetrics(),
  log: createLog('silent'),
  handler: brief,
  job: brief,
  route: brief,
  graph: brief,
};
const never = new Promise<never>(() => {});

/** Calls a contained route; answers its text, or how it failed. */
async function ask({ parts }: Contained, place: string): Promise<string> {
  const route = parts.routes?.[place as 'GET /'];
  try {
    return await (await route?.({} as never))!.text();
  } catch (error) {
    return error instanceof CodedError ? error.code : (error as Error).message;
  }
}

function routes(handle: () => Promise<Response>): Parts {
  return { routes: { 'GET /box': handle } };
}

test('an answer that never comes is given up, and what nobody waits for any more cannot pile up', async () => {
  let asked = 0;
  const hanging = contain(
    'box',
    routes(() => {
      asked += 1;
      return never;
    }),
    limits,
  );
  const late = 'route GET /box: no end within 30 ms';
  expect(await Promise.all([ask(hanging, 'GET /box'), ask(hanging, 'GET /box')])).toEqual([late, late]);
  expect(await ask(hanging, 'GET /box')).toBe('UNAVAILABLE');
  expect(asked).toBe(2);
  expect(await hanging.health()).toEqual({ state: 'ok', failures: { 'route GET /box': 2 } });
});

test('what fails again and again is left alone, and says so in its health', async () => {
  let asked = 0;
  const failing = contain(
    'box',
    routes(async () => {
      asked += 1;
      throw new Error('the lid is stuck');
    }),
    limits,
  );
  const answers = [];
  for (let time = 0; time < 12; time += 1) answers.push(await ask(failing, 'GET /box'));
  expect(answers.slice(0, 10)).toEqual(Array(10).fill('the lid is stuck'));
  expect(answers.slice(10)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  expect(asked).toBe(10);
  expect((await failing.health()).state).toBe('failing');
});

test('what it refuses in words is no fault, and one that works again is well again', async () => {
  let mood: 'refuses' | 'fails' | 'works' = 'refuses';
  const moody = contain(
    'box',
    routes(async () => {
      if (mood === 'refuses') throw new CodedError('BOX_EMPTY', 'It is empty.');
      if (mood === 'fails') throw new Error('stuck');
      return new Response('a bear');
    }),
    limits,
  );
  for (let time = 0; time < 20; time += 1) expect(await ask(moody, 'GET /box')).toBe('BOX_EMPTY');
  mood = 'fails';
  for (let time = 0; time < 4; time += 1) await ask(moody, 'GET /box');
  expect((await moody.health()).state).toBe('failing');
  mood = 'works';
  expect(await ask(moody, 'GET /box')).toBe('a bear');
  expect(await moody.health()).toEqual({ state: 'ok', failures: {} });
});

test('a field that fails is told in its health, and is asked on', async () => {
  let code = 'INTERNAL';
  const answer = async () => ({ data: { box: null }, errors: [{ message: '', extensions: { code } }] });
  const failing = contain('box', {}, limits);
  const executor = failing.executor({ execute: answer, live: async () => [] });
  const request = { query: '{ box }', identity: anonymous };
  for (let time = 0; time < 12; time += 1) expect((await executor.execute(request)).data).toEqual({ box: null });
  expect(await failing.health()).toEqual({ state: 'failing', failures: { graph: 12 } });
  code = 'BOX_EMPTY';
  await executor.execute(request);
  expect(await failing.health()).toEqual({ state: 'ok', failures: {} });
});

test('a port that fails is told in its health, and is asked on', async () => {
  let breaks = true;
  class Bank {
    #balance = 5;
    async balance() {
      if (breaks) throw new Error('the line is cut');
      return this.#balance;
    }
  }
  const token = port<Bank>('Bank');
  const { parts, health } = contain('box', { provides: [provide(token, 'own', new Bank())] }, limits);
  const bank = parts.provides?.[0]?.implementation as Bank;
  for (let time = 0; time < 12; time += 1) await expect(bank.balance()).rejects.toThrow('the line is cut');
  expect(await health()).toEqual({ state: 'failing', failures: { 'port Bank own': 12 } });
  breaks = false;
  expect(await bank.balance()).toBe(5);
  expect(await health()).toEqual({ state: 'ok', failures: {} });
});

test('a route that answers nothing has failed', async () => {
  const silent = contain(
    'box',
    routes(async () => undefined as never),
    limits,
  );
  expect(await ask(silent, 'GET /box')).toBe('it answers no Response');
  expect(await silent.health()).toEqual({ state: 'ok', failures: { 'route GET /box': 1 } });
});

test('a plug-in says itself that it cannot work', async () => {
  let away = true;
  const parts: Parts = {
    async health() {
      if (away) throw new Error('the platform does not answer');
    },
  };
  const honest = contain('box', parts, limits);
  expect((await honest.health()).state).toBe('failing');
  away = false;
  expect((await honest.health()).state).toBe('ok');
});

let app: App;
const bad = definePlugin({
  name: 'bad',
  contract: '1.0',
  schema: 'type Query { bad: Int }',
  scopes: ['orders:read'],
  consumes: ['order.completed'],
  routes: ['GET /bad'],
  setup: () => ({
    resolvers: {
      Query: {
        bad() {
          throw new Error('no');
        },
      },
    },
    on: {
      async 'order.completed'() {
        throw new Error('no');
      },
    } as never,
    routes: {
      'GET /bad': () => {
        throw new Error('a secret of the plug-in');
      },
    },
  }),
});

beforeAll(async () => {
  app = await startApp({ modules: [writer, reader, bad] });
});
afterAll(() => app[Symbol.asyncDispose]());

test('a plug-in that fails everywhere costs nobody anything else', async () => {
  await app.ask(WRITE, { key: 'k', id: 'a' });
  const ready = async () => (await fetch(`${app.url}/readyz`)).json();
  for (let time = 0; time < 4; time += 1) {
    const answer = await fetch(`${app.url}/bad`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
  }
  const { data, errors } = await app.graph('{ bad note(id: "a") { version } }');
  expect(data).toEqual({ bad: null, note: { version: 1 } });
  expect(errors?.[0]?.extensions.code).toBe('INTERNAL');
  expect(await ready()).toMatchObject({ ready: true, plugins: { bad: { state: 'failing' } } });
  const shown = JSON.stringify(await ready());
  expect(shown).not.toContain('secret');
});

test('a plug-in is asked how it is while the databases are, so that nobody who asks waits for both', async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { health } = contain('box', { health: asked }, limits);
  const module = { name: 'box', contract: '1.0' };
  const running = { module, health, database: { answers: () => isAsked } } as unknown as RunningModule;
  expect(await healthOf([running])).toEqual({ ready: true, plugins: { box: { state: 'ok', failures: {} } } });
});
