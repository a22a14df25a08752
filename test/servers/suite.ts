import { describe, test } from '@jest/globals';
import { missingServers } from './servers.ts';

/**
 * A suite that needs the servers, whose addresses are then in the environment. Without them it is skipped, and its
 * title says what is missing; with REQUIRE_SERVERS=1 that is a failure.
 */
export function describeOnServers(title: string, suite: () => void): void {
  const missing = missingServers().join(' ');
  if (!missing) describe(title, suite);
  else if (process.env['REQUIRE_SERVERS'] === '1')
    describe(title, () => {
      test('has the servers that it needs', () => {
        throw new Error(missing);
      });
    });
  else describe.skip(`${title} (skipped: ${missing})`, suite);
}
