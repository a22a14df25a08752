import { kernelError } from '../../kernel/errors.ts';
import type { OuterIdentity } from '../../kernel/identity.ts';
import type { GraphContext } from '../context.ts';
import type { Demand } from './demands.ts';

/** Says which of these policies a caller fulfils; asked once for each operation that demands some. */
export type Policies = (names: readonly string[], context: GraphContext) => Promise<ReadonlySet<string>>;

/** Why a field is left out. */
export type Refusal = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'UNAVAILABLE';

/** What a caller has of what an operation demands. */
export interface Granted {
  isFulfilled(demand: Demand): boolean;
  /** What is said of a field whose demands are not fulfilled. */
  refusal: Refusal;
  /** The same for all callers to whom the same is granted and refused, in the same words. */
  key: string;
}

const EVERYTHING: Granted = { isFulfilled: () => true, refusal: 'FORBIDDEN', key: '' };

/** Weighs the demands of an operation for a caller. Without a way to ask about policies, none is fulfilled. */
export async function grantedTo(
  demands: readonly Demand[],
  context: GraphContext,
  policies: Policies | undefined,
): Promise<Granted> {
  if (demands.length === 0) return EVERYTHING;
  const { identity } = context;
  const scopes = new Set('scopes' in identity ? identity.scopes : []);
  const fulfilled = await policiesOf(demands, context, policies);
  const holds = (demand: Demand) => {
    if (identity.kind === 'unverified') return false;
    if (demand.kind === 'authenticated') return identity.kind !== 'anonymous';
    const held = demand.kind === 'scopes' ? scopes : fulfilled;
    return demand.anyOf.some((all) => all.every((one) => held.has(one)));
  };
  const granted = new Set(demands.filter(holds));
  const refusal = refusalOf(identity);
  const marks = demands.map((demand) => (granted.has(demand) ? '1' : '0')).join('');
  return {
    isFulfilled: (demand) => granted.has(demand),
    refusal,
    key: granted.size === demands.length ? '' : `${refusal} ${marks}`,
  };
}

async function policiesOf(
  demands: readonly Demand[],
  context: GraphContext,
  policies: Policies | undefined,
): Promise<ReadonlySet<string>> {
  const names = demands.flatMap((demand) => (demand.kind === 'policies' ? demand.anyOf.flat() : []));
  if (!policies || names.length === 0 || context.identity.kind === 'unverified') return new Set();
  return policies([...new Set(names)], context);
}

function refusalOf({ kind }: OuterIdentity): Refusal {
  if (kind === 'unverified') return 'UNAVAILABLE';
  return kind === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN';
}

/** The sentence that goes with a refusal. */
export function refusalMessage(refusal: Refusal): string {
  return kernelError(refusal).message;
}
