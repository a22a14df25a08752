import { isLoopback, networkOf } from '../../kernel/address.ts';
import type { GraphContext } from '../context.ts';

/** On whom an operation is counted: the person where there is one, else where it comes from. */
export interface Account {
  /** Such as `diner:0192...` or `address:203.0.113.7`. */
  name: string;
  /**
   * Whether it has limits. Nobody on this machine itself has none: it is whoever runs the gateway, or a proxy that
   * `trustProxy` was not told of, behind which one guest would use up what is everybody's.
   */
  isLimited: boolean;
}

/** The account of whoever asks. */
export function accountOf({ identity, address = '' }: Pick<GraphContext, 'identity' | 'address'>): Account {
  if (identity.kind !== 'anonymous' && identity.kind !== 'unverified')
    return { name: `${identity.kind}:${identity.id}`, isLimited: true };
  return { name: `address:${networkOf(address)}`, isLimited: !isLoopback(address) };
}
