import { kernelError } from '../../kernel/errors.ts';
import type { Resolvers } from '../../schema/types/wechat-pay.ts';
import { billOf, type ComparedBill, compareNow, sharesOf } from './books.ts';
import type { Platform } from './platform.ts';

/** The plug-in's part of the graph; without a platform, while nothing is configured, bills cannot be compared. */
export function resolvers(platform: Platform | undefined): Resolvers {
  return {
    Query: {
      weChatPayBill: async (_, { day }, ctx) => shown(await billOf(ctx, day)),
    },
    Mutation: {
      async compareWeChatPayBill(_, { input }, ctx) {
        if (!platform) throw kernelError('UNAVAILABLE');
        return shown(await compareNow(platform, ctx, input.day));
      },
    },
    Order: {
      __resolveReference: ({ id }) => ({ id }),
      weChatPayShares: async ({ id }, _, ctx) =>
        (await sharesOf(ctx, id))?.map(({ paymentId, reason, ...share }) => {
          return { ...share, reason: reason ?? null, payment: { id: paymentId } };
        }) ?? null,
    },
  };
}

function shown(bill: ComparedBill | null) {
  if (!bill) return null;
  const { differences, ...rest } = bill;
  return {
    ...rest,
    differences: differences.map(({ paymentId, ours, theirs, ...one }) => ({
      ...one,
      ours: ours ?? null,
      theirs: theirs ?? null,
      payment: paymentId === null ? null : { id: paymentId },
    })),
  };
}
