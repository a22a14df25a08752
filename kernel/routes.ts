import type { Context } from './context.ts';

/** A request as a route sees it. */
export interface RouteRequest {
  /** The request itself; its raw body is still unread. */
  request: Request;
  /** What the path's placeholders stand for. */
  params: Readonly<Record<string, string>>;
  ctx: Context;
}

/** An HTTP route of a module's own. */
export interface Route {
  method: 'GET' | 'POST';
  /** A path with placeholders: `/t/:code`. */
  path: string;
  handle(request: RouteRequest): Response | Promise<Response>;
}

/** A page of a module's own, which `npm start` lists. */
export interface Page {
  path: string;
  /** What it is, in a few words. */
  title: string;
}
