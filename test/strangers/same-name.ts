import { definePlugin } from '../../sdk/index.ts';

/** Calls itself what one of the product's own is called. */
export default definePlugin({ name: 'menu', contract: '1.0', setup: () => ({}) });
