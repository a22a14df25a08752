import type { Cache } from '../cache.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Executor, GraphRequest } from '../executor.ts';
import type { RequestHandler } from '../http-server.ts';
import type { OuterIdentity } from '../identity.ts';
import type { Logger } from '../log.ts';
import { errorResponse, publicError } from '../public-error.ts';
import { type RouteMatch, routeTable } from '../route-table.ts';
import type { RouteHandler } from '../routes.ts';
import type { RunningModule } from '../set-up.ts';
import { answeredWith, type Entry, inTrace } from '../telemetry/trace.ts';
import { type Guard, guard } from './guard.ts';
import { endToEnd, TRACE_HEADER } from './headers.ts';
import type { CallKeys } from './keys.ts';
import { malformed, objectIn } from './message.ts';
import { CALLS, namesIn } from './paths.ts';
import { beyondItsKey, withinItsKey } from './plugin-calls.ts';
import { portMethod, provided } from './port-calls.ts';
import { Refusal, refusalResponse } from './refusal.ts';
import { IDENTITY_HEADER, SIGNATURE_HEADER } from './signature.ts';

export interface CallServerOptions {
  /** The modules of this process. */
  modules: ReadonlyMap<string, RunningModule>;
  keys: CallKeys;
  /** Shared with the other replicas: a call that came to one is refused by all. */
  cache: Cache;
  log: Logger;
  /** Whether this process is a gateway too, which answers what is not signed by itself. */
  gateway?: boolean;
  /** The machine's own, left out. */
  clock?: Clock;
  /** How far the caller's clock may be from ours, in milliseconds. */
  window?: number;
  /** The largest body of a request that a gateway passes on, in bytes. */
  maxBody?: number;
  /** The largest body of a call: it holds what a gateway took in, and what other modules answered to it. */
  maxCall?: number;
}

interface OwnRoute {
  module: RunningModule;
  handle: RouteHandler;
}

/**
 * Answers what other processes call of the modules here: their graphs, their ports, and the routes that a gateway passes
 * on. What is not signed by a process of the product gets 401 and does nothing. Null for a place where nothing lies.
 */
export function callServer(options: CallServerOptions): RequestHandler {
  const { modules, keys, cache, log, gateway = false, clock = systemClock, window } = options;
  const { maxBody = 1_000_000, maxCall = 10_000_000 } = options;
  const check = guard({ keys, cache, clock, window });
  const routes = routeTable(routesOf(modules.values()));

  return async (request) => {
    const { pathname } = new URL(request.url);
    const isCall = pathname.startsWith(CALLS);
    const route = isCall ? null : routes(request.method, pathname);
    if (!isCall && (!route || (gateway && !request.headers.has(SIGNATURE_HEADER)))) return null;
    try {
      if (route) return await passOn(request, route, check, maxBody);
      const { body, plugin } = await check(request, maxCall);
      const names = request.method === 'POST' && namesIn(pathname);
      if (!names) return null;
      return await inTrace(`answer ${names.join(' ')}`, tracedAs(request), () =>
        plugin === undefined
          ? answer(modules, names, request.signal, body)
          : answer(modules, names, request.signal, withinItsKey(plugin, names, body)),
      );
    } catch (error) {
      if (error instanceof Refusal) {
        // A route by its pattern: what stands in its place may be a table's code, and elsewhere anything.
        log.warn({ place: route?.place ?? CALLS, reason: error.message }, 'a call was refused');
        return refusalResponse(error);
      }
      if (route) return errorResponse(error, log);
      const { message, extensions } = publicError(error, log);
      return Response.json({ errors: [{ message, extensions }] });
    }
  };
}

function* routesOf(modules: Iterable<RunningModule>): Generator<[string, OwnRoute]> {
  for (const module of modules) {
    for (const [place, handle] of Object.entries(module.parts.routes ?? {})) yield [place, { module, handle }];
  }
}

/** Hands a request to the route it was meant for, as the client sent it. */
async function passOn(request: Request, { place, entry, params }: RouteMatch<OwnRoute>, check: Guard, maxBody: number) {
  const { body, plugin } = await check(request, maxBody);
  if (plugin !== undefined) throw beyondItsKey(plugin);
  const identity = identityIn(request.headers.get(IDENTITY_HEADER));
  const { method, url } = request;
  const original = new Request(url, {
    method,
    headers: endToEnd(request.headers),
    signal: request.signal,
    ...(method !== 'GET' && method !== 'HEAD' && { body }),
  });
  const ctx = entry.module.context(identity, request.signal);
  return inTrace(place, tracedAs(request), async () => {
    const response = await entry.handle({ request: original, params, ctx });
    answeredWith(response.status);
    return response;
  });
}

/** A call goes on with its caller's trace, since it is signed by one of our own processes. */
function tracedAs({ headers }: Request): Entry {
  return { kind: 'server', parent: headers.get(TRACE_HEADER) };
}

/** Answers a call that is our own; null when what it names is not here. */
async function answer(
  modules: ReadonlyMap<string, RunningModule>,
  [kind, ...names]: string[],
  signal: AbortSignal,
  body: Uint8Array,
): Promise<Response | null> {
  const [first = '', name = '', method = ''] = names;
  if (kind === 'ports' && names.length === 2)
    return Response.json({ result: provided(modules.values(), first, name) !== undefined });
  if (kind === 'ports' && names.length === 3) {
    const call = portMethod(modules.values(), first, name, method);
    return call ? Response.json({ result: (await call(argsIn(body))) ?? null }) : null;
  }
  if (names.length !== 1) return null;
  const module = modules.get(first);
  const executor: Executor | undefined = kind === 'internal' ? module?.internal : module?.executor;
  if (!executor) return null;
  if (kind === 'live') return Response.json({ positions: await executor.live(requestIn(body, signal)) });
  if (kind !== 'graph' && kind !== 'internal') return null;
  return Response.json(await executor.execute(requestIn(body, signal)));
}

function requestIn(body: Uint8Array, signal: AbortSignal): GraphRequest {
  const { query, operationName, variables, identity, event } = objectIn(body) as unknown as GraphRequest;
  const named = variables == null || (typeof variables === 'object' && !Array.isArray(variables));
  if (typeof query !== 'string' || typeof identity?.kind !== 'string' || !named) throw malformed();
  return { query, operationName, variables, identity, event, signal };
}

function argsIn(body: Uint8Array): unknown[] {
  const { args } = objectIn(body);
  if (!Array.isArray(args)) throw malformed();
  return args;
}

function identityIn(header: string | null): OuterIdentity {
  const identity = objectIn(Buffer.from(header ?? '', 'base64url'));
  if (typeof identity['kind'] !== 'string') throw malformed();
  return identity as unknown as OuterIdentity;
}
