import type { Logger } from '../../kernel/log.ts';

/** Whether a subgraph's subscriptions can be followed. */
export interface Presence {
  /** They cannot, and are asked for again and again. */
  away(): void;
  back(): void;
}

/** Says in the log that they are away, and that they are back, each once. */
export function presenceOf(url: string, log: Logger): Presence {
  let isAway = false;
  return {
    away() {
      if (!isAway) log.warn({ url }, 'the subscriptions of a subgraph are away, and are asked for again');
      isAway = true;
    },
    back() {
      if (isAway) log.info({ url }, 'the subscriptions of a subgraph are back');
      isAway = false;
    },
  };
}
