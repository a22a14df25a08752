import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, serveLoopback } from '../../../kernel/simulator/loopback.ts';
import type { Faults, RequestFault } from './faults.ts';
import { isSigned, readAuthorization, signedHeaders } from './keys.ts';
import { merchant, type Operation, type Reply, type Simulation } from './simulation.ts';
import { ApiError } from './world.ts';

/** How far the clock of a merchant may be off, and how far one is off that is off, in milliseconds. */
const TOLERANCE = 5 * 60_000;
const SKEW = 10 * 60_000;

/** What the server answers with. */
export interface ServerOptions {
  simulation: Simulation;
  operations: readonly Operation[];
  faults: Faults;
  /** Requests that have not arrived yet, although they were sent. */
  late: (() => Promise<unknown>)[];
  /** Answers what is not of version 3, such as the page; null when it is not asked for there. */
  beside(request: Request): Promise<Response | null>;
}

/** The simulator's HTTP server, on a free port of loopback. */
export function serve(options: ServerOptions): Promise<LoopbackServer> {
  return serveLoopback((request, body, response) => answer(options, request, body, response));
}

async function answer(
  options: ServerOptions,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const { faults, simulation } = options;
  const { method = 'GET', url = '/' } = request;
  const { pathname } = new URL(url, 'http://simulator');
  const fault = faults.requests.next(pathname);
  /** Does what is asked, in whichever protocol. */
  const work = async (): Promise<Reply | Response> => {
    if (pathname.startsWith('/v3/')) return replyTo(options, request, body);
    const headers = request.headers as Record<string, string>;
    const asked = new Request(`${simulation.url()}${url}`, { method, headers, ...(body && { body }) });
    return (await options.beside(asked)) ?? new Response(null, { status: 404 });
  };
  if (fault === 'hang') return;
  if (fault === 'late') {
    const [arrived, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    options.late.push(() => {
      arrived.resolve();
      return answered.promise;
    });
    await arrived.promise;
    return reply(options, work, response).finally(answered.resolve);
  }
  if (fault === 'astray') {
    response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>404 Not Found</h1>');
    return;
  }
  const instead = fault && insteadOf[fault];
  if (instead) return send(options, response, refusal(instead));
  return reply(options, work, response, fault);
}

/** Does what is asked, and answers, unless the answer is to be lost. */
async function reply(
  options: ServerOptions,
  work: () => Promise<Reply | Response>,
  response: ServerResponse,
  fault?: RequestFault,
): Promise<void> {
  const done = await work().catch((error: unknown) => {
    if (error instanceof ApiError) return refusal(error);
    throw error;
  });
  if (lost(fault, response)) return;
  if (fault === 'error-after') return send(options, response, refusal(new ApiError(500, 'SYSTEM_ERROR')));
  if (!(done instanceof Response)) return send(options, response, done, fault);
  response.writeHead(done.status, Object.fromEntries(done.headers)).end(Buffer.from(await done.arrayBuffer()));
}

/** What is answered in place of doing anything. */
const insteadOf: Partial<Record<RequestFault, ApiError>> = {
  busy: new ApiError(429, 'FREQUENCY_LIMITED'),
  'not-enough': new ApiError(403, 'NOT_ENOUGH'),
  error: new ApiError(500, 'SYSTEM_ERROR'),
};

/** Whether the answer is not to arrive. */
function lost(fault: RequestFault | undefined, response: ServerResponse): boolean {
  if (fault === 'lost-reply') response.destroy();
  return fault === 'lost-reply' || fault === 'hang-after';
}

async function replyTo({ operations, simulation }: ServerOptions, request: IncomingMessage, body: string) {
  const { method = 'GET', url = '/', headers } = request;
  await assertSigned(simulation, { method, url, body }, headers);
  const { pathname, searchParams: query } = new URL(url, 'http://simulator');
  for (const operation of operations) {
    const match = operation.method === method ? operation.path.exec(pathname) : null;
    if (!match) continue;
    const header = (name: string) => headers[name]?.toString();
    return operation.answer({ groups: { ...match.groups }, query, body: parsed(body), header }, simulation);
  }
  throw new ApiError(404, 'RESOURCE_NOT_EXISTS', 'There is no such path.');
}

async function assertSigned(
  { keys, now }: Simulation,
  request: { method: string; url: string; body: string },
  headers: IncomingMessage['headers'],
): Promise<void> {
  const refused = (why: string) => new ApiError(401, 'SIGN_ERROR', why);
  if (!headers['user-agent'] || !headers.accept) throw new ApiError(400, 'PARAM_ERROR', 'A header is missing.');
  const authorization = readAuthorization(headers.authorization);
  if (!authorization) throw refused('There is no signature.');
  if (authorization.mchid !== merchant.mchid) throw refused('There is no such merchant.');
  const key = (await keys()).merchant.find(({ id }) => id === authorization.serial_no);
  if (!key) throw refused('There is no such certificate.');
  if (authorization.nonce_str.length > 32) throw refused('The nonce is too long.');
  if (!(Math.abs(now() - Number(authorization.timestamp) * 1_000) <= TOLERANCE)) throw refused('The clock is off.');
  if (!isSigned(authorization, key.publicKey, request)) throw refused('The signature is wrong.');
}

const refusal = ({ status, code, message }: ApiError): Reply => ({ status, body: { code, message } });

async function send(
  { simulation }: ServerOptions,
  response: ServerResponse,
  { status, body, file }: Reply,
  fault?: RequestFault,
): Promise<void> {
  if (file) {
    response.writeHead(status, { 'Content-Type': 'application/octet-stream' }).end(file);
    return;
  }
  const text = body ? JSON.stringify(body) : '';
  const [key] = (await simulation.keys()).platform;
  if (!key) throw new Error('the simulator has no key');
  const at = simulation.now() - (fault === 'skewed-clock' ? SKEW : 0);
  response.writeHead(status, {
    'Request-ID': `SIM${simulation.now()}-268448536`,
    ...(text && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...signedHeaders(key, fault === 'wrong-signature' ? `${text} ` : text, at),
  });
  response.end(text);
}

function parsed(body: string): unknown {
  try {
    return body ? JSON.parse(body) : {};
  } catch {
    throw new ApiError(400, 'PARAM_ERROR', 'The body is not JSON.');
  }
}
