import { z } from 'zod';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { type ExternalPerson, IdentityProvider } from '../../subgraphs/members/ports.ts';

/**
 * Signs diners in by nothing but a name, so that the product can be tried without an identity provider. Whoever knows
 * the name is the person, so it is off unless DEMO_SIGN_IN_ENABLED=true, as `npm start` sets it outside production.
 */
export const demoSignIn = definePlugin({
  name: 'demo-sign-in',
  contract: '1.0',
  settings: z.object({
    /** Whether anybody may sign in as anybody. */
    enabled: z.stringbool().default(false),
  }),
  provides: [offer(IdentityProvider, 'demo')],
  setup: ({ settings: { enabled } }) =>
    enabled ? { provides: [provide(IdentityProvider, 'demo', { verify: async (name) => personCalled(name) })] } : {},
});

/** The person whom a name of 1 to 64 characters stands for. */
function personCalled(credential: string): ExternalPerson | null {
  const name = credential.trim();
  return name !== '' && [...name].length <= 64 ? { subject: name, name } : null;
}
