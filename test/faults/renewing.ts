import type { Person } from '../people.ts';
import type { Honest } from './honest.ts';

/** A client whose people come back by themselves, and how they are signed in. */
export interface Renewing {
  client: Honest;
  /** How often somebody had to sign in again. */
  times(): number;
  /** Signs somebody in who comes back by themselves. */
  known(renew: () => Promise<Person>): Promise<Person>;
}

/** A client whose people sign in again when their tokens have expired: they keep their first token as a name. */
export function renewing(client: Honest): Renewing {
  const renewals = new Map<string, { renew: () => Promise<Person>; token: string }>();
  let times = 0;
  const graph: Honest['graph'] = async (query, variables, token) => {
    const person = renewals.get(token ?? '');
    const answer = await client.graph(query, variables, person?.token ?? token);
    if (!person || answer.errors?.[0]?.extensions.code !== 'UNAUTHENTICATED') return answer;
    times += 1;
    person.token = (await person.renew()).token;
    return client.graph(query, variables, person.token);
  };
  return {
    times: () => times,
    async known(renew: () => Promise<Person>): Promise<Person> {
      const person = await renew();
      renewals.set(person.token, { renew, token: person.token });
      return person;
    },
    client: {
      ...client,
      graph,
      async ask(query, variables, token) {
        const { data, errors } = await graph(query, variables, token);
        if (errors) throw new Error(`${errors[0]?.extensions.code}: ${errors[0]?.message}`);
        return data;
      },
    } satisfies Honest,
  };
}
