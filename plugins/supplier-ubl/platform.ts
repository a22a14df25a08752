import type { Host } from '../../kernel/module.ts';
import type { UblSettings } from './settings.ts';
import type { Accounts } from './suppliers.ts';

/** What every part of the plug-in works with. */
export interface Platform {
  readonly host: Host<UblSettings>;
  readonly accounts: Accounts;
}
