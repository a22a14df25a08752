import { Refusal } from './refusal.ts';

/** The JSON object that a call brings. Throws a Refusal for anything else. */
export function objectIn(json: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(json).toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw malformed();
}

/** Refuses a call that this version does not understand. */
export function malformed(): Refusal {
  return new Refusal(400, 'BAD_INPUT', 'The call is not in the form that this version takes.');
}
