import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';

export const devices = defineModule({
  name: 'devices',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  setup: () => ({}),
});
