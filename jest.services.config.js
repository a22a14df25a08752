import embedded from './jest.config.js';
import { missingServers } from './test/servers/servers.ts';

/** Commands that start a product of their own, or work on a data folder. */
const ONE_PROCESS =
  '/journeys/(start|any-graph(-live)?|replay|loadtest|dead-letters|traces|plugins|stranger|blind-box|remote-p(ython|lugins)|(wechat-pay|meituan|supplier|scale)-demo)\\.test\\.ts$';

/**
 * The journeys in many processes, and what only servers have, on MariaDB, RabbitMQ and Redis: `npm run test:services`.
 * Starts private copies of the servers, or uses what DATABASE_URL, RABBITMQ_URL and REDIS_URL say. Without servers the
 * suites say that they are skipped; with REQUIRE_SERVERS=1 that is a failure.
 */
const folders = missingServers().length === 0 ? '{services,journeys}' : 'services';

export default {
  ...embedded,
  testMatch: [`<rootDir>/test/${folders}/**/*.test.ts`],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/.tmp/', ONE_PROCESS],
  globalSetup: '<rootDir>/test/servers/global-setup.ts',
  globalTeardown: '<rootDir>/test/servers/global-teardown.ts',
  testTimeout: 120_000,
  // Each file runs eight processes or more.
  maxWorkers: 1,
};
