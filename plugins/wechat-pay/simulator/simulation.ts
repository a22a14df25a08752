import type { Callbacks } from './callbacks.ts';
import type { Keys } from './keys.ts';
import { ApiError, type World } from './world.ts';

/** The one merchant that the simulator knows. */
export const merchant = { mchid: '1900000109', appid: 'wx8888888888888888', appSecret: 'a-secret-of-the-simulator' };

/** What every operation works with. */
export interface Simulation {
  world: World;
  now(): number;
  keys(): Promise<Keys>;
  callbacks: Callbacks;
  /** Where it is reached. */
  url(): string;
  /** How long a refund or a share takes, in milliseconds. */
  settlesAfter: number;
}

/** A request that was believed. */
export interface Asked {
  /** What the groups of the path stand for. */
  groups: Record<string, string>;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: what merchants send is looked at field by field
  body: any;
  /** The header of that name. */
  header(name: string): string | undefined;
}

/** What is answered. */
export interface Reply {
  status: number;
  body?: object;
  /** In place of a body, and not signed. */
  file?: Buffer;
}

/** Something that a merchant may ask. */
export interface Operation {
  method: 'GET' | 'POST';
  path: RegExp;
  answer(asked: Asked, simulation: Simulation): Reply | Promise<Reply>;
}

/** Refuses a parameter. */
export function wrong(field: string): ApiError {
  return new ApiError(400, 'PARAM_ERROR', `${field} is not valid`);
}

/** Refuses whatever is not of the merchant that signs. */
export function assertMerchant({ appid, mchid }: { appid?: unknown; mchid?: unknown }): void {
  if (mchid !== merchant.mchid) throw new ApiError(400, 'MCH_NOT_EXISTS');
  if (appid !== merchant.appid) throw new ApiError(400, 'APPID_MCHID_NOT_MATCH');
}

/** A text of a length. */
export function textOf(field: string, value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length < 1 || [...value].length > most) throw wrong(field);
  return value;
}

/** An amount of fen. */
export function fen(field: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || Number(value) < 1) throw wrong(field);
  return Number(value);
}
