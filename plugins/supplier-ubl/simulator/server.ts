import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, serveLoopback } from '../../../kernel/simulator/loopback.ts';
import type { Faults } from './faults.ts';
import { readOrder } from './reading.ts';
import { wrongWith } from './signing.ts';
import { MillError, type MillOrder, type World } from './world.ts';

/** What the server answers with. */
export interface ServerOptions {
  world: World;
  faults: Faults;
  now(): number;
  /** The buyer's secret. */
  secret: string;
}

/** The mill's HTTP server, on a free port of loopback: `POST /orders` takes an Order of UBL 2.1. */
export function serve(options: ServerOptions): Promise<LoopbackServer> {
  return serveLoopback((request, body, response) => answer(options, request, body, response));
}

async function answer(
  options: ServerOptions,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const fault = options.faults.orders.next();
  if (fault === 'hang') return;
  const send = (status: number, told: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
  const refuse = ({ status, code, message }: MillError) => send(status, { code, message });
  if (fault === 'error') return void refuse(new MillError(503, 'BUSY', 'come back later'));
  try {
    if (fault === 'refuse') throw new MillError(422, 'NO_CREDIT', 'The account is blocked.');
    const { reference } = take(options, request, body);
    if (fault === 'lost-reply') response.destroy();
    else if (fault === 'error-after') refuse(new MillError(500, 'FAILED', 'something went wrong'));
    else if (fault !== 'hang-after') send(202, { reference });
  } catch (error) {
    refuse(error instanceof MillError ? error : new MillError(500, 'FAILED', String(error)));
  }
}

/** Takes an order once, however often it comes; the same number with another content is refused. */
function take({ world, now, secret }: ServerOptions, request: IncomingMessage, body: string): MillOrder {
  const { method, url, headers } = request;
  if (method !== 'POST' || url !== '/orders') throw new MillError(404, 'NOT_FOUND', 'orders go to POST /orders');
  if (!headers['content-type']?.startsWith('application/xml')) throw new MillError(415, 'NOT_XML', 'expected XML');
  const wrong = wrongWith(secret, (name) => headers[name]?.toString(), body, now());
  if (wrong) throw new MillError(401, 'NOT_SIGNED', wrong);
  const { lines, ...order } = readOrder(body);
  if (headers['webhook-id'] !== order.id) throw new MillError(422, 'INVALID_ORDER', 'the message has another id');
  const digest = createHash('sha256').update(body).digest('hex');
  const known = world.orders.find(({ id }) => id === order.id);
  if (known && known.digest !== digest)
    throw new MillError(422, 'CHANGED', 'an order of this number said something else');
  if (known) {
    known.times += 1;
    return known;
  }
  const taken = {
    ...order,
    reference: `SO-${world.orders.length + 1}`,
    digest,
    times: 1,
    lines: lines.map((line) => ({ ...line, confirmed: null, shipped: 0, billed: 0 })),
  };
  world.orders.push(taken);
  return taken;
}
