import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { isLoopback } from '../address.ts';
import { digest } from '../crypto.ts';
import type { RequestHandler } from '../http-server.ts';
import type { Metrics } from './metrics.ts';

/** What is read of it from the environment. */
export const accessSettings = z.object({
  /** Who brings this as a bearer token may read /metrics; without it this machine itself may, but not in production. */
  metricsToken: z.string().min(16, { error: 'expected 16 characters or more' }).optional(),
});

/** Who may read a process's figures. */
export interface MetricsAccess {
  /** Whoever brings it as a bearer token. */
  token: string | undefined;
  /** Without a token: whether this machine itself may. */
  local: boolean;
}

/** What proxies add to a request that they pass on. */
const PASSED_ON = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Answers GET /metrics in Prometheus's text format; for others than those who may read it there is no such place. */
export function metricsRoute(metrics: Metrics, { token, local }: MetricsAccess): RequestHandler {
  const mayRead = ({ headers }: Request, peer: string) => {
    if (token !== undefined)
      return isSame(/^Bearer +(.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '', token);
    // What a proxy of this machine passes on may come from anywhere.
    return local && isLoopback(peer) && !PASSED_ON.some((name) => headers.has(name));
  };
  return async (request, peer) => {
    if (new URL(request.url).pathname !== '/metrics' || !['GET', 'HEAD'].includes(request.method)) return null;
    if (!mayRead(request, peer)) return new Response(null, { status: 404 });
    return new Response(await metrics.text(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
  };
}

/** Compared by their digests, so that the time it takes says nothing. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
}
