import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveLoopback } from '../../../kernel/simulator/loopback.ts';
import type { Operation } from './operation.ts';
import { sign } from './signing.ts';
import type { Simulation } from './simulation.ts';
import { ApiError } from './world.ts';

/** Where the calls lie. */
const BASE = '/api/v1';
/** How far a developer's clock may be off, in milliseconds. */
const TOLERANCE = 10 * 60_000;

/** What the server answers with. */
export interface ServerOptions {
  simulation: Simulation;
  credentials: { appId: string; appSecret: string };
  operations: Readonly<Record<string, Operation>>;
}

/** A call that was answered, for tests to look at. */
export interface Called {
  path: string;
  params: Record<string, string>;
}

/** The simulator's HTTP server, on a free port of loopback. */
export async function serve(options: ServerOptions) {
  const calls: Called[] = [];
  const { origin, close } = await serveLoopback((request, body, response) =>
    answer({ ...options, calls }, request, body, response),
  );
  return { baseUrl: `${origin}${BASE}`, calls, close };
}

async function answer(
  { calls, ...options }: ServerOptions & { calls: Called[] },
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const path = url.pathname.slice(BASE.length + 1);
  const send = (data: string) => response.writeHead(200, { 'content-type': 'application/json' }).end(data);
  const refuse = (code: number, msg: string) => send(JSON.stringify({ data: 'ng', error: { code, msg } }));
  const fault = options.simulation.faults.requests.next(path);
  if (fault === 'hang') return;
  if (fault === 'error') return void refuse(700, 'system error');
  if (fault === 'busy') return void refuse(711, 'too many');
  const form = new URLSearchParams(body);
  const params = Object.fromEntries([...url.searchParams, ...form]);
  let told: { data: string } | ApiError;
  try {
    const skew = fault === 'skewed-clock' ? 2 * TOLERANCE : 0;
    const asked = { method: request.method ?? '', address: `${url.origin}${url.pathname}`, params, skew };
    told = { data: await perform(options, path, asked) };
    calls.push({ path, params });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    told = error;
  }
  if (fault === 'lost-reply') response.destroy();
  if (fault === 'lost-reply' || fault === 'hang-after') return;
  if (fault === 'error-after') return void refuse(700, 'system error');
  if (told instanceof ApiError) refuse(told.code, told.message);
  else send(`{"data":${told.data}}`);
}

/** A call as it was sent. */
interface Asked {
  method: string;
  /** Without its query. */
  address: string;
  params: Record<string, string>;
  skew: number;
}

async function perform(
  { simulation, credentials, operations }: ServerOptions,
  path: string,
  { method, address, params, skew }: Asked,
): Promise<string> {
  const { appId, appSecret } = credentials;
  if (params['app_id'] !== appId) throw new ApiError(702, 'app_id');
  if (params['sig'] !== sign(address, params, appSecret)) throw new ApiError(703, 'sig');
  const age = simulation.now() + skew - Number(params['timestamp']) * 1_000;
  if (!(Math.abs(age) <= TOLERANCE)) throw new ApiError(700, 'timestamp');
  const operation = operations[path];
  if (operation?.method !== method) throw new ApiError(704, 'no such call');
  return operation.answer(params, simulation);
}
