import { errorCatalogue } from '../../kernel/errors.ts';

/** The errors of remote plug-ins, by code. */
export const remoteError = errorCatalogue({
  REMOTE_PLUGIN_NOT_FOUND: 'There is no such remote plug-in.',
  REMOTE_PLUGIN_UNREACHABLE: 'The plug-in does not say its schema at its address.',
  REMOTE_PLUGIN_UNFIT: 'The plug-in does not fit the product.',
  REMOTE_PLUGIN_CHANGED: 'Somebody else has registered or removed the plug-in meanwhile.',
  STORE_NOT_FOUND: 'There is no such store.',
  DELIVERY_NOT_FOUND: 'There is no such delivery.',
  DELIVERY_NOT_WAITING: 'This delivery waits for nothing: it was taken, or given up.',
  SECRETS_NOT_KEPT: 'Secrets cannot be kept here: REMOTE_PLUGINS_KEY is not set.',
});
