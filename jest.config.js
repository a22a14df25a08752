/** The embedded suite: no servers, no browser. Those have suites of their own: `test:services` and `test:pages`. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/docs/',
    '<rootDir>/test/pages/',
    '<rootDir>/test/services/',
    '<rootDir>/.tmp/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.tmp/'],
  // Examples import the package, as strangers do.
  moduleNameMapper: { '^dinegraph$': '<rootDir>/sdk/index.ts', '^dinegraph/(.*)$': '<rootDir>/sdk/$1.ts' },
  testTimeout: 60_000,
  // What ES modules leave behind in a test file's sandbox is never freed: the files run in a process that is replaced when
  // it has grown so large, also where there is but one.
  workerIdleMemoryLimit: '1GB',
  // Most of them wait for something most of the time.
  maxWorkers: 2,
};
