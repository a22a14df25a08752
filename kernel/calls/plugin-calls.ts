import { anonymous, type ServiceIdentity } from '../identity.ts';
import { PluginSettings } from '../plugin-settings.ts';
import { objectIn } from './message.ts';
import { Refusal } from './refusal.ts';

/**
 * What a plug-in may call that has a key of its own, because its process is not trusted: it asks sister modules, as itself
 * and on behalf of nobody, whatever it says of that (its scopes are looked at there), and how it is set itself. Answers
 * with the body as it may stand; throws a Refusal for any other call.
 */
export function withinItsKey(plugin: string, names: readonly string[], body: Uint8Array): Uint8Array {
  const [kind, ...place] = names;
  const message = objectIn(body);
  if (kind === 'internal') {
    const identity: ServiceIdentity = { kind: 'service', name: plugin, for: anonymous };
    return Buffer.from(JSON.stringify({ ...message, identity }));
  }
  const [token, , method] = place;
  const isOwn = method === undefined || (method === 'read' && argument(message) === plugin);
  if (kind === 'ports' && token === PluginSettings.name && isOwn) return body;
  throw beyondItsKey(plugin);
}

/** Refuses what the key of a plug-in is not good for. */
export function beyondItsKey(plugin: string): Refusal {
  return new Refusal(403, 'FORBIDDEN', `The key of the plug-in ${plugin} is not good for this call.`);
}

function argument({ args }: Record<string, unknown>): unknown {
  return Array.isArray(args) ? args[0] : undefined;
}
