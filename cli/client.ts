/** The public graph as a client reaches it. */
export interface GraphClient {
  readonly url: string;
  /** Runs an operation; throws a GraphFailure when the answer holds an error. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller reads what it selected
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<any>;
}

/** An answer with errors; `code` is the first one's. */
export class GraphFailure extends Error {
  readonly code: string;

  constructor(errors: readonly { message: string; extensions?: { code?: string } }[]) {
    super(errors.map(({ message }) => message).join('; '));
    this.code = errors[0]?.extensions?.code ?? 'UNKNOWN';
  }
}

/** A client of the graph at an address such as http://localhost:4000. */
export function graphClient(url: string): GraphClient {
  return {
    url,
    async ask(query, variables, token) {
      const response = await fetch(new URL('/graphql', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as {
        data: unknown;
        errors?: ConstructorParameters<typeof GraphFailure>[0];
      };
      if (errors?.length) throw new GraphFailure(errors);
      return data;
    },
  };
}
