/** Reads a subscription as an EventSource does: GET with an Accept header, `next` events until `complete`. */
export async function* eventStream(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
): AsyncGenerator<any> {
  const address = new URL('/graphql', url);
  address.search = new URLSearchParams({ query, variables: JSON.stringify(variables) }).toString();
  const response = await fetch(address, { headers: { accept: 'text/event-stream', ...headers } });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(event)?.[1];
      if (field('event') === 'complete') return;
      if (field('event') === 'next') yield JSON.parse(field('data') ?? '');
    }
  }
}
