import embedded from './jest.config.js';

/** On MariaDB, RabbitMQ and Redis: `npm run test:services`. Starts private copies, or uses what DATABASE_URL, RABBITMQ_URL and REDIS_URL say. */
export default {
  ...embedded,
  testMatch: ['<rootDir>/test/{services,journeys}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/.tmp/'],
  globalSetup: '<rootDir>/test/servers/global-setup.ts',
  globalTeardown: '<rootDir>/test/servers/global-teardown.ts',
};
