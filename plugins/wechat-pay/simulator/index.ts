import { goOn, type Memory } from '../../../kernel/simulator/books.ts';
import { type BillChanges, bills } from './bills.ts';
import { Callbacks } from './callbacks.ts';
import { codes } from './codes.ts';
import { Faults } from './faults.ts';
import { type Keys, makeKeys, merchantKey, pemOf, platformKey } from './keys.ts';
import { textOf, worldIn } from './memory.ts';
import { miniProgram } from './mini-program.ts';
import { pageOf } from './page.ts';
import { type Payer, payer } from './payer.ts';
import { payments } from './payments.ts';
import { refunds, settleRefunds } from './refunds.ts';
import { serve } from './server.ts';
import { settleShares, sharing } from './sharing.ts';
import { merchant, type Simulation } from './simulation.ts';
import { version2 } from './version2.ts';
import type { World } from './world.ts';

/** What a merchant has to know, each as the settings of the plug-in take it. */
export interface SimulatedCredentials {
  appId: string;
  merchantId: string;
  merchantKeys: string;
  platformKeys: string;
  apiV3Key: string;
  apiV2Key: string;
  appSecret: string;
}

/** A WeChat Pay of our own, which takes no money. It speaks the real protocol and looks at our signatures. */
export interface Simulator {
  readonly url: string;
  /** Its books. */
  readonly world: World;
  /** What its parts work with. */
  readonly simulation: Simulation;
  readonly faults: Faults;
  /** What is changed in bills from now on. */
  readonly billChanges: BillChanges;
  readonly payer: Payer;
  readonly callbacks: Callbacks;
  credentials(): Promise<SimulatedCredentials>;
  /** Everybody's keys, with the private halves: to send what no platform would send. */
  keys(): Promise<Keys>;
  /** Has one more key of the merchant's, or signs with one more of its own; those before stay good, until they are not. */
  rotate(whose: 'merchant' | 'platform', old?: 'stays good' | 'is revoked'): Promise<void>;
  /** Does what is due by the clock: callbacks that are sent again, refunds that come to their end. */
  tick(): Promise<void>;
  /** Lets requests arrive that are late, and answers those that somebody still waits for. */
  arrive(): Promise<void>;
  /** How many requests are late. */
  late(): number;
  /** The page where a person pays. */
  page(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** How the simulator runs. */
export interface SimulatorOptions {
  clock: { now(): number };
  /** How long a refund or a share takes, in milliseconds; 0 is at once. */
  settlesAfter?: number;
  /** Where an address of the world lies, for callbacks. */
  resolve?(url: string): string;
  /** Where its books are kept; left out, they are forgotten when it ends. */
  memory?: Memory;
}

/** Starts a simulator on a free port of loopback. */
export async function startSimulator({
  clock,
  settlesAfter = 1_500,
  resolve = String,
  memory,
}: SimulatorOptions): Promise<Simulator> {
  const world = worldIn((await memory?.read()) ?? null);
  const faults = new Faults();
  let made: Promise<Keys> | undefined;
  const keys = () => (made ??= makeKeys());
  const now = () => clock.now();
  const callbacks = new Callbacks({ now, keys, faults, resolve });
  let url = '';
  const simulation: Simulation = { world, now, keys, callbacks, url: () => url, settlesAfter };
  const person = payer(simulation);
  const page = pageOf(simulation, person, faults);
  const billChanges: BillChanges = { without: new Set(), more: [], amounts: new Map() };
  const operations = [...payments, ...codes, ...refunds, ...sharing, ...bills(billChanges)];
  const beside = async (request: Request) => {
    if (new URL(request.url).pathname === '/') return page(request);
    return (await version2(request, simulation)) ?? miniProgram(request, simulation);
  };
  const late: (() => Promise<unknown>)[] = [];
  const server = await serve({ simulation, operations, faults, late, beside });
  url = server.origin;
  const tick = async () => {
    await settleRefunds(simulation);
    await settleShares(simulation);
    await callbacks.look();
    await callbacks.idle();
  };
  const stop = goOn({ memory, text: () => textOf(world), tick });

  return {
    url,
    world,
    simulation,
    faults,
    billChanges,
    callbacks,
    keys,
    tick,
    page,
    payer: person,
    async credentials() {
      const { merchant: ours, platform, apiV3Key, apiV2Key } = await keys();
      const { appid: appId, mchid: merchantId, appSecret } = merchant;
      const merchantKeys = ours.map(({ id, privateKey }) => `${id}:${pemOf(privateKey)}`).join(',');
      const platformKeys = platform.map(({ id, publicKey }) => `${id}:${pemOf(publicKey)}`).join(',');
      return { appId, merchantId, appSecret, merchantKeys, platformKeys, apiV3Key, apiV2Key };
    },
    async rotate(whose, old = 'stays good') {
      const all = await keys();
      const fresh = await (whose === 'merchant' ? merchantKey() : platformKey());
      all[whose] = old === 'is revoked' ? [fresh] : [fresh, ...all[whose]];
    },
    late: () => late.length,
    async arrive() {
      await Promise.all(late.splice(0).map((request) => request()));
    },
    async close() {
      await stop();
      await callbacks.idle();
      await server.close();
    },
  };
}
