import embedded from './jest.config.js';

/** The pages in a browser, against the running product: `npm run test:pages`. Needs Chromium (or CHROMIUM=its path). */
export default {
  ...embedded,
  testMatch: ['<rootDir>/test/pages/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/.tmp/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
