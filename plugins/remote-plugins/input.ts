import { badInput } from '../../kernel/errors.ts';
import { list, text } from '../../kernel/input.ts';
import type { RegisterPluginInput } from '../../schema/types/remote-plugins.ts';

import { EVENTS } from './entities.ts';

/** The longest address. */
const MAX_URL = 1_000;
/** The longest part of a graph, in characters. */
export const MAX_SCHEMA = 200_000;
const MAX_LISTED = 100;

/** What a service is registered with, checked. */
export interface Checked {
  name: string;
  contract: string;
  url: string | null;
  schema: string | null;
  webhookUrl: string | null;
  events: string[];
  scopes: string[];
  storeIds: string[] | null;
}

/** Checks the form of a registration. Throws BAD_INPUT. */
export function checkedInput(input: RegisterPluginInput): Checked {
  const { events, scopes, storeIds, schema } = input;
  const url = address('url', input.url);
  const webhookUrl = address('webhookUrl', input.webhookUrl);
  if (schema && schema.length > MAX_SCHEMA) throw badInput('schema', `has ${MAX_SCHEMA} characters at the most`);
  if (schema && !url) throw badInput('url', 'is needed where there is a schema');
  if (events.length > 0 && !webhookUrl) throw badInput('webhookUrl', 'is needed where there are events');
  const unknown = events.find((event) => !EVENTS.some((one) => one === event));
  if (unknown !== undefined) throw badInput('events', `are of ${EVENTS.join(', ')}`);
  if (!url && events.length === 0) throw badInput('url', 'is needed where there are no events');
  return {
    name: text('name', input.name, 1, 40),
    contract: input.contract,
    url,
    schema: schema || null,
    webhookUrl,
    events: names('events', events),
    scopes: names('scopes', scopes),
    storeIds: storeIds ? names('storeIds', storeIds) : null,
  };
}

function names(field: string, given: readonly string[]): string[] {
  return [...new Set(list(field, given, 0, MAX_LISTED).map((name) => text(field, name, 1, 100)))];
}

/** An address of HTTP without a user, a password or a fragment. */
function address(field: string, given: string | null | undefined): string | null {
  if (given == null || given === '') return null;
  const url = given.length <= MAX_URL ? URL.parse(given) : null;
  const isPlain = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash;
  if (!isPlain) throw badInput(field, 'is an address like https://plugin.example/graphql, without user or password');
  return url.href;
}
