import { definePlugin } from '../../kernel/module.ts';
import { buildPage } from './build.ts';

/** The screen of a kitchen: the tickets of a station in the order due, moved on by a tap. */
export const kitchenScreen = definePlugin({
  name: 'kitchen-screen',
  contract: '1.0',
  routes: ['GET /kitchen', 'GET /kitchen/:asset'],
  page: { path: '/kitchen', title: 'Kitchen screen' },
  async setup() {
    const { asset, document } = await buildPage();
    return {
      routes: {
        'GET /kitchen': ({ request }) => document(request),
        'GET /kitchen/:asset': ({ params }) => asset(params['asset'] ?? ''),
      },
    };
  },
});
