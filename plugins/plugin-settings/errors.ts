import { errorCatalogue } from '../../kernel/errors.ts';

/** The errors of settings, by code. */
export const settingError = errorCatalogue({
  PLUGIN_NOT_FOUND: 'There is no such plug-in.',
  STORE_NOT_FOUND: 'There is no such store.',
  SETTING_NOT_FOUND: 'The plug-in has no such setting for stores.',
  SETTING_NOT_VALID: 'The value is not one that the setting takes.',
  PLUGIN_NEEDED: 'This plug-in cannot be switched off: it is what switches plug-ins on again.',
  SECRETS_NOT_KEPT: 'Secrets cannot be kept here: PLUGIN_SETTINGS_KEY is not set.',
});
