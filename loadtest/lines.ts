/** The steps of one journey that take the diner's time, in milliseconds; `signIn` where there was no session. */
export interface DinerSteps {
  scan: number;
  menu: number;
  signIn?: number;
  quote: number;
  place: number;
  follow: number;
  pay: number;
}

/** One line of a cart as the diner saw it. */
export interface OrderedLine {
  name: string;
  spec: string;
  quantity: number;
  /** Minor units. */
  unitPrice: number;
}

/**
 * What k6 tells the command as it goes, one JSON object on a line of its standard output. Moments are in epoch
 * milliseconds by this machine's clock.
 */
export type Line =
  /** The product acknowledged an order: from here on it must be in the books. */
  | { kind: 'placed'; orderId: string; dinerId: string; total: number; lines: readonly OrderedLine[] }
  /** The product acknowledged its payment: from here on the order must be made and completed. */
  | { kind: 'paid'; orderId: string }
  /** A journey came to its end. `payingAt` is when the diner pressed to pay. */
  | { kind: 'completed'; orderId: string; payingAt: number; completedAt: number; steps: DinerSteps }
  /** A journey did not. */
  | { kind: 'failed'; message: string }
  /** The kitchen saw a ticket and brought it to the table. `advances` is how long each step took, in milliseconds. */
  | { kind: 'served'; orderId: string; shownAt: number; servedAt: number; advances: readonly number[] }
  /** The whole run: requests to the graph, those that failed, and arrivals for whom no telephone was free. */
  | { kind: 'summary'; requests: number; failedRequests: number; dropped: number };

/** Tells the command. */
export function say(line: Line): void {
  console.log(JSON.stringify(line));
}
