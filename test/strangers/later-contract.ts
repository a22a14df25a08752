import { definePlugin } from '../../sdk/index.ts';

/** Was built for a product that is not there yet. */
export default definePlugin({ name: 'later-contract', contract: '2.0', setup: () => ({}) });
