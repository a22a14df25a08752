import { isLoopback, networkOf } from '../../kernel/address.ts';
import type { GraphContext } from '../context.ts';

/** Who an operation is counted for: the person where there is one, else where it comes from. */
export interface Caller {
  /** Such as `diner:0192...` or `address:203.0.113.7`. */
  name: string;
  /**
   * Whether it has limits. Nobody on this machine itself has none: it is whoever runs the gateway, or a proxy that
   * `trustProxy` was not told of, behind which one guest would use up what is everybody's.
   */
  isLimited: boolean;
}

/** The caller of an operation. */
export function callerOf({ identity, address = '' }: Pick<GraphContext, 'identity' | 'address'>): Caller {
  if (identity.kind !== 'anonymous' && identity.kind !== 'unverified')
    return { name: `${identity.kind}:${identity.id}`, isLimited: true };
  return { name: `address:${networkOf(address)}`, isLimited: !isLoopback(address) };
}
