import { badNetwork } from './bad-network.ts';
import { clockJumps } from './clock-jumps.ts';
import { crashPoints } from './crash-points/index.ts';
import { kills } from './kills/kills.ts';
import { lastPortions } from './last-portions.ts';
import { oneOfEach } from './one-of-each.ts';
import type { Scenario } from './scenario.ts';
import { strangeBankScenario } from './strange-bank/index.ts';

/** Every scenario, in the order in which they are played. */
export const scenarios: readonly Scenario[] = [
  lastPortions,
  oneOfEach,
  strangeBankScenario,
  kills,
  crashPoints,
  badNetwork,
  clockJumps,
];
