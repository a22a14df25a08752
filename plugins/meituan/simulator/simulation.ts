import type { Faults } from './faults.ts';
import type { Pushes } from './pushes.ts';
import type { World } from './world.ts';

/** What every part of the simulator works with. */
export interface Simulation {
  world: World;
  now(): number;
  pushes: Pushes;
  faults: Faults;
  /** How long a shop may take to confirm an order, in milliseconds. */
  confirmsWithin: number;
}
