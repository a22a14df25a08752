import type { IncomingHttpHeaders } from 'node:http';
import { refusal } from './refusal.ts';

/** The types of bodies that no form can send: a page of another origin has to ask first whether it may. */
const TYPES = ['application/json', 'application/graphql+json', 'application/graphql'];
/** Headers that no form can send. */
const HEADERS = [
  'graphql-require-preflight',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-graphql-yoga-csrf',
];

/**
 * Refuses what any page could have a browser send here in its user's name, without being asked: forms, links, pictures.
 * Throws NOT_FROM_A_FORM.
 */
export function assertNotFromForm({ method, headers }: Pick<Request, 'method' | 'headers'>): void {
  if (method === 'POST' && TYPES.includes(typeIn(headers))) return;
  if (method === 'GET' && (HEADERS.some((name) => headers.get(name)) || isHarmless(headers))) return;
  if (method === 'POST' || method === 'GET') throw refusal('NOT_FROM_A_FORM');
}

function typeIn(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** A page's own question, or an EventSource: it can set no headers, changes nothing, and its answer stays with its origin. */
function isHarmless(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  return site === 'same-origin' || (site !== 'cross-site' && headers.get('accept') === 'text/event-stream');
}

/** Whether a socket is opened by a page of an origin that is neither the gateway's own nor allowed; no page asks first. */
export function isForeign(headers: IncomingHttpHeaders, allowedOrigins: readonly string[] = []): boolean {
  const { origin, host } = headers;
  return origin !== undefined && !allowedOrigins.includes(origin) && URL.parse(origin)?.host !== host;
}
