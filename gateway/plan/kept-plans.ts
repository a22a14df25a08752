/** Notes that a plan is kept, how much is selected by it, and how it is dropped. */
export type KeepPlan = (selections: number, drop: () => void) => void;

/** How much all plans of a graph may select together: some kilobyte of memory each. */
const SELECTIONS = 100_000;

/** Bounds what plans take in memory, however many ways one operation has: the oldest are dropped. */
export function keptPlans(): KeepPlan {
  const plans = new Set<{ selections: number; drop(): void }>();
  let total = 0;
  return (selections, drop) => {
    plans.add({ selections, drop });
    total += selections;
    for (const oldest of plans) {
      if (total <= SELECTIONS) return;
      plans.delete(oldest);
      total -= oldest.selections;
      oldest.drop();
    }
  };
}
