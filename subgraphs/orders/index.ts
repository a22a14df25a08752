import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';

export const orders = defineModule({
  name: 'orders',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  setup: () => ({}),
});
