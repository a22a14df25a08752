import type { Context } from './context.ts';

/** A request as a route sees it. */
export interface RouteRequest {
  /** The request itself; its raw body is still unread. */
  request: Request;
  /** What the path's placeholders stand for. */
  params: Readonly<Record<string, string>>;
  ctx: Context;
}

/** Where an HTTP route lies; its path may have placeholders: `GET /t/:code`. */
export type RoutePlace = `${'GET' | 'POST'} /${string}`;

/** Answers a request at a route of the module's own. */
export type RouteHandler = (request: RouteRequest) => Response | Promise<Response>;

/** A page of a module's own, which `npm start` lists. */
export interface Page {
  /** The path of one of its `GET` routes, with the same placeholders where it has some: `/box/:id`. */
  path: `/${string}`;
  /** What it is, in a few words. */
  title: string;
}
