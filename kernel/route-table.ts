/** What lies at a place, and what the place's placeholders stand for in a path. */
export interface RouteMatch<Entry> {
  /** Such as `GET /t/:code`. */
  place: string;
  entry: Entry;
  params: Readonly<Record<string, string>>;
}

/** Finds what lies at a path, given as a URL has it; null when nothing does. HEAD is answered by GET. */
export type RouteTable<Entry> = (method: string, pathname: string) => RouteMatch<Entry> | null;

const PLACE = /^(?:GET|POST) \/(?:$|(?:(?:[\w.~-]+|:[a-zA-Z]\w*)(?:\/(?!$)|$))+$)/;

/** Whether a place is one that a request can come to: a method, and a path whose placeholders each are one segment. */
export function isPlace(place: string): boolean {
  return PLACE.test(place);
}

/** Whether the kernel or the gateway answers at a place itself: there a route of a module would never be asked. */
export function isReserved(place: string): boolean {
  const [, first = ''] = place.split('/');
  return ['', '_', 'graphql', 'livez', 'metrics', 'readyz'].includes(first);
}

/** Whether a request can come to both places: each pair of their segments is the same, or one is a placeholder. */
export function overlap(one: string, other: string): boolean {
  const [ours, theirs] = [one.split('/'), other.split('/')];
  const fits = (segment: string, index: number) =>
    segment === theirs[index] || segment.startsWith(':') || theirs[index]?.startsWith(':');
  return ours.length === theirs.length && ours.every(fits);
}

/** Makes the table of what lies at the places of routes, such as `GET /t/:code`; the first place that fits is taken. */
export function routeTable<Entry>(entries: Iterable<readonly [place: string, entry: Entry]>): RouteTable<Entry> {
  const rows = [...entries].map(([place, entry]) => {
    const [method = '', pathname = ''] = place.split(' ');
    return { method, pattern: new URLPattern({ pathname }), place, entry };
  });
  return (method, pathname) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    for (const row of rows) {
      const groups = row.method === wanted && row.pattern.exec({ pathname })?.pathname.groups;
      if (!groups) continue;
      const params = decoded(groups);
      return params && { place: row.place, entry: row.entry, params };
    }
    return null;
  };
}

/** Null when a percent sign of the path begins nothing that could be decoded. */
function decoded(groups: Record<string, string | undefined>): Record<string, string> | null {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
  } catch {
    return null;
  }
}
