import { definePlugin, z } from '../../sdk/index.ts';

/** Has a secret in its environment that is none. */
export default definePlugin({
  name: 'secretive',
  contract: '1.0',
  settings: z.object({
    till: z
      .string()
      .regex(/^\d{4}$/, { error: 'expected 4 digits' })
      .meta({ secret: true }),
  }),
  setup: () => ({}),
});
