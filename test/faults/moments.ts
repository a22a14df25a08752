import type { Order } from './crash-points/seam.ts';
import type { Hosts } from './hosts.ts';

/** A point of the product's work, and the how-manieth time it is passed. */
export interface Moment {
  dieAt: string;
  time: number;
}

/** Tells a product of one process to die somewhere, to tell of every point, or to live on. */
export async function tell({ processes: [host] }: Hosts, order: Order): Promise<void> {
  const heard = Promise.withResolvers<void>();
  host?.child.once('message', () => heard.resolve());
  host?.child.send({ order });
  await heard.promise;
}

/** The moments of a visit at which the product may die, of points that fit, in the order passed. */
export async function momentsOf(hosts: Hosts, fitting: RegExp, visit: () => Promise<void>): Promise<Moment[]> {
  const points: string[] = [];
  const [host] = hosts.processes;
  const watch = ({ passed }: { passed?: string }) => passed && fitting.test(passed) && points.push(passed);
  host?.child.on('message', watch);
  await tell(hosts, { watch: true });
  await visit();
  host?.child.off('message', watch);
  return points.map((dieAt, index) => {
    return { dieAt, time: points.slice(0, index + 1).filter((one) => one === dieAt).length };
  });
}
