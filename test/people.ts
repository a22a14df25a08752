import type { App } from './app.ts';

/** Somebody who is signed in. */
export interface Person {
  id: string;
  token: string;
}

const ME = 'me { ... on Diner { id } ... on StaffMember { id } ... on PairedDevice { id } }';

/** Headquarters, made as the first start of a chain makes it. */
export async function headquarters(app: App): Promise<Person> {
  await app.internal(
    'members',
    'mutation ($name: String!, $pin: String!) { ensureStaff(name: $name, pin: $pin, role: "HEADQUARTERS", storeIds: []) }',
    { name: 'Head Office', pin: '123456' },
  );
  return signInStaff(app, 'Head Office', '123456');
}

/** Signs staff in by name and PIN. */
export async function signInStaff(app: App, name: string, pin: string): Promise<Person> {
  const { signInStaff: session } = await app.ask(
    `mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken ${ME} } }`,
    { input: { name, pin } },
  );
  return { id: session.me.id, token: session.accessToken };
}

/** Takes somebody on for a role at some stores, and signs them in. */
export async function staff(
  app: App,
  hq: Person,
  role: string,
  storeIds: string[],
  name = `${role} ${crypto.randomUUID()}`,
): Promise<Person> {
  await app.ask(
    'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }',
    { input: { idempotencyKey: crypto.randomUUID(), name, pin: '4321', role, storeIds } },
    hq.token,
  );
  return signInStaff(app, name, '4321');
}

/** A diner who registers through the demonstration's identity provider, or comes back. */
export async function diner(app: App, name: string): Promise<Person> {
  const signIn = `mutation ($input: SignInDinerInput!) {
    signInDiner(input: $input) { __typename ... on Session { accessToken ${ME} } ... on ConsentRequired { purposes version } }
  }`;
  const input = { provider: 'demo', credential: name, name };
  const first = (await app.ask(signIn, { input })).signInDiner;
  if (first.__typename === 'Session') return { id: first.me.id, token: first.accessToken };
  const consents = first.purposes.map((purpose: string) => ({ purpose, version: first.version, granted: true }));
  const session = (await app.ask(signIn, { input: { ...input, consents } })).signInDiner;
  return { id: session.me.id, token: session.accessToken };
}
