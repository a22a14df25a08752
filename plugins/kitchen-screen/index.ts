import { defineModule } from '../../kernel/module.ts';
import { buildPage } from './build.ts';

/** The screen of a kitchen: the tickets of a station in the order due, moved on by a tap. */
export const kitchenScreen = defineModule({
  name: 'kitchen-screen',
  async setup() {
    const { assets, document } = await buildPage();
    return {
      routes: [
        { method: 'GET', path: '/kitchen', handle: ({ request }) => document(request) },
        ...assets.map(({ path, text, type }) => ({
          method: 'GET' as const,
          path,
          // The name changes with the text, so a browser may keep it for good.
          handle: () =>
            new Response(text, {
              headers: {
                'content-type': type,
                'cache-control': 'public, max-age=31536000, immutable',
                'x-content-type-options': 'nosniff',
              },
            }),
        })),
      ],
      page: { path: '/kitchen', title: 'Kitchen screen' },
    };
  },
});
