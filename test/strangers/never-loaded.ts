import { definePlugin } from '../../sdk/index.ts';

/** Waits for what never comes, before it says what it is. */
await new Promise(() => {});

export default definePlugin({ name: 'never-loaded', contract: '1.0', setup: () => ({}) });
