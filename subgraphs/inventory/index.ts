import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';

export const inventory = defineModule({
  name: 'inventory',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  setup: () => ({}),
});
