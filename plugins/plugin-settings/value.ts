import { tried } from '../../kernel/store-settings-schema.ts';
import type { Described } from './descriptions.ts';
import { settingError } from './errors.ts';

/** The longest value, in characters of JSON: sealed, it has its place in every kind of database. */
const LONGEST = 16_000;

/**
 * What is kept of a value that is to be set, as JSON: what the setting makes of it, trimmed for instance, so that what is
 * shown is what the plug-in reads. Null takes back what was set. Throws SETTING_NOT_VALID.
 */
export function textIn({ name, takes, isSecret }: Described, input: string | null | undefined): string | null {
  const refuse = (problem: string) => settingError('SETTING_NOT_VALID', { setting: name, problem });
  if (input == null) return null;
  const given = parsed(input);
  if (given === undefined) throw refuse('is not JSON');
  const { data, issues } = tried(takes, given);
  // In the plug-in's own words a refusal may quote a secret.
  if (issues[0]) throw refuse(isSecret ? 'is not valid' : issues[0].message);
  const text = JSON.stringify(data);
  if (text?.length > LONGEST) throw refuse(`has more than ${LONGEST} characters as JSON`);
  const again = tried(takes, parsed(text));
  if (text === undefined || JSON.stringify(again.data) !== text)
    throw refuse('becomes another value each time it is read');
  return text;
}

/** What a text says as JSON; undefined for none. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
