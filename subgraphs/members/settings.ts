import { z } from 'zod';
import type { Host } from '../../kernel/module.ts';

/** What a restaurant may set of members: MEMBERS_ACCESS_MINUTES and so on. */
export const settings = z.object({
  /** How long an access token is good, in minutes. */
  accessMinutes: z.coerce.number().int().min(1).max(120).default(15),
  /** How long a session stays open when it is not refreshed, in days. */
  sessionDays: z.coerce.number().int().min(1).max(365).default(30),
  /** The same for paired devices. */
  deviceSessionDays: z.coerce.number().int().min(1).max(3_650).default(365),
  /** The version of the texts that diners agree to. */
  consentVersion: z.string().min(1).max(40).default('2026-01'),
  /** Who the tokens say they are from and for. */
  issuer: z.string().min(1).max(200).default('dinegraph'),
});

/** The kernel as this module sees it. */
export type MembersHost = Host<z.infer<typeof settings>>;
