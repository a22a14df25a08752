import { definePlugin } from '../../sdk/index.ts';

/** Forgets what it has begun: promises that nobody waits for, and a timer that throws. */
export default definePlugin({
  name: 'forgetful',
  contract: '1.0',
  routes: ['GET /forgets/:what'],
  setup: () => {
    void Promise.reject(new Error('the kettle was left on'));
    return {
      routes: {
        'GET /forgets/:what': ({ params }) => {
          const { what } = params;
          if (what === 'promise') setTimeout(() => void Promise.reject(null), 1);
          if (what === 'timer')
            setTimeout(() => {
              throw new Error('the timer burnt the rice');
            }, 1);
          return new Response('I have begun.');
        },
      },
    };
  },
});
