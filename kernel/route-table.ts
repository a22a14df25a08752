/** What lies at a place, and what the place's placeholders stand for in a path. */
export interface RouteMatch<Entry> {
  /** Such as `GET /t/:code`. */
  place: string;
  entry: Entry;
  params: Readonly<Record<string, string>>;
}

/** Finds what lies at a path, given as a URL has it; null when nothing does. HEAD is answered by GET. */
export type RouteTable<Entry> = (method: string, pathname: string) => RouteMatch<Entry> | null;

/** Whether a place is one that a request can come to: a method, and a path that may have placeholders. */
export function isPlace(place: string): boolean {
  const [, pathname] = /^(?:GET|POST) (\/\S*)$/.exec(place) ?? [];
  if (pathname === undefined) return false;
  try {
    return Boolean(new URLPattern({ pathname }));
  } catch {
    return false;
  }
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
