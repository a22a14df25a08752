import { describe, expect, test } from '@jest/globals';
import type { CouponOffer, Facts, PricedLine, PromotionOffer, Rule } from '../../subgraphs/marketing/pricing/offer.ts';
import { type PlanRequest, planPrices } from '../../subgraphs/marketing/pricing/plan.ts';

const everything = { threshold: 0, dishIds: [], categoryIds: [], channels: [], tierCodes: [] };
const off = (amount: number, more: Partial<Rule> = {}) =>
  ({ ...everything, kind: 'AMOUNT_OFF', amount, ...more }) as Rule;
const percent = (percent: number, more: object = {}) =>
  ({ ...everything, kind: 'PERCENT_OFF', percent, maxDiscount: null, ...more }) as Rule;
const secondHalf = (more: object = {}) => ({ ...everything, kind: 'SECOND_HALF_PRICE', ...more }) as Rule;
const gift = (more: object = {}) =>
  ({ ...everything, kind: 'GIFT', giftItemId: 'item-tea', giftSpecId: 'cup', ...more }) as Rule;

const promotion = (name: string, rule: Rule, more: Partial<PromotionOffer> = {}): PromotionOffer => ({
  id: name,
  name,
  rule,
  storeId: null,
  priority: 100,
  stackable: true,
  ...more,
});
const coupon = (name: string, rule: Rule, more: Partial<CouponOffer> = {}): CouponOffer => ({
  id: name,
  name,
  rule,
  storeId: null,
  stackable: true,
  state: 'ISSUED',
  ...more,
});

/** A line of a dish; its category is `drinks` for tea, `food` for everything else. */
const line = (dish: string, unitPrice: number, quantity = 1, id = `${dish}-${unitPrice}`): PricedLine => ({
  id,
  menuItemId: `item-${dish}`,
  dishId: dish,
  categoryId: dish === 'tea' ? 'drinks' : 'food',
  unitPrice,
  quantity,
});

const noodles = line('noodles', 3_000);
const tea = line('tea', 1_000);
const facts: Facts = { storeId: 'here', channel: 'DINE_IN', tierCode: null, currency: 'CNY' };

function plan(
  lines: PricedLine[],
  { promotions = [], coupons = [], facts: more = {} }: Partial<Omit<PlanRequest, 'facts'>> & { facts?: Partial<Facts> },
) {
  return planPrices({ lines, promotions, coupons, facts: { ...facts, ...more } });
}

const amounts = ({ applied }: ReturnType<typeof plan>) => applied.map(({ name, amount }) => [name, amount]);
const codes = ({ rejected }: ReturnType<typeof plan>) => rejected.map(({ name, code }) => [name, code]);

describe('an amount off over a threshold', () => {
  const fiveOff = promotion('five off', off(500, { threshold: 3_300 }));

  test('comes off once the goods reach it, spread over the lines to the fen', () => {
    const result = plan([noodles, tea], { promotions: [fiveOff] });
    expect(result.applied).toEqual([
      {
        promotionId: 'five off',
        couponId: null,
        name: 'five off',
        reason: '5.00 off, from 33.00 on.',
        amount: 500,
        shares: [
          { lineId: 'noodles-3000', amount: 375 },
          { lineId: 'tea-1000', amount: 125 },
        ],
        gift: null,
      },
    ]);
  });

  test('says how much is missing when they do not', () => {
    expect(plan([noodles], { promotions: [fiveOff] })).toEqual({
      applied: [],
      rejected: [
        {
          promotionId: 'five off',
          couponId: null,
          name: 'five off',
          code: 'THRESHOLD_NOT_REACHED',
          reason: '3.00 more to reach 33.00.',
        },
      ],
    });
  });

  test('is met exactly at the threshold', () => {
    expect(amounts(plan([line('noodles', 3_300)], { promotions: [fiveOff] }))).toEqual([['five off', 500]]);
  });

  test('writes amounts as the currency does', () => {
    const [rejected] = plan([noodles], { promotions: [fiveOff], facts: { currency: 'JPY' } }).rejected;
    expect(rejected?.reason).toBe('300 more to reach 3300.');
  });

  test('never takes off more than the goods cost', () => {
    const result = plan([tea], { coupons: [coupon('fifteen off', off(1_500))] });
    expect(amounts(result)).toEqual([['fifteen off', 1_000]]);
  });

  test('gives the last fen to the line with the largest remainder', () => {
    const [applied] = plan([line('a', 100), line('b', 100), line('c', 100)], {
      coupons: [coupon('one off', off(100))],
    }).applied;
    expect(applied?.shares.map(({ amount }) => amount)).toEqual([34, 33, 33]);
  });
});

describe('a percentage off', () => {
  test.each([
    ['20% of 40.00', percent(20), 800, '20% off.'],
    ['at most the cap', percent(20, { maxDiscount: 300 }), 300, '20% off, at most 3.00.'],
    ['all of it', percent(100), 4_000, '100% off.'],
    ['drinks only', percent(50, { categoryIds: ['drinks'] }), 500, '50% off.'],
    ['noodles and drinks', percent(50, { dishIds: ['noodles'], categoryIds: ['drinks'] }), 2_000, '50% off.'],
  ])('%s', (_, rule, amount, reason) => {
    expect(plan([noodles, tea], { promotions: [promotion('sale', rule)] }).applied).toMatchObject([{ amount, reason }]);
  });

  test.each([
    [5, 50, 3],
    [9, 50, 5],
    [3_333, 15, 500],
    [3_330, 15, 500],
    [3_329, 15, 499],
  ])('of %d fen, %d per cent are %d fen: half a fen is rounded up', (price, rate, amount) => {
    expect(amounts(plan([line('x', price)], { promotions: [promotion('sale', percent(rate))] }))).toEqual([
      ['sale', amount],
    ]);
  });
});

describe('the second portion at half price', () => {
  const offer = { promotions: [promotion('second', secondHalf())] };

  test.each([
    ['two portions in one line', [line('noodles', 3_000, 2)], 1_500],
    ['two lines of one portion each', [line('noodles', 3_000, 1, 'a'), line('noodles', 3_000, 1, 'b')], 1_500],
    ['three portions: one second', [line('noodles', 3_000, 3)], 1_500],
    ['five portions: two seconds', [line('noodles', 3_000, 5)], 3_000],
    ['an odd price is rounded down, for each second portion', [line('noodles', 3_001, 4)], 3_000],
    ['two dishes make no pair with each other', [line('noodles', 3_000, 2), line('tea', 1_000)], 1_500],
    ['two sizes make no pair with each other', [line('tea', 1_000), line('tea', 1_500), line('noodles', 100, 2)], 50],
  ])('%s', (_, lines, amount) => {
    expect(amounts(plan(lines, offer))).toEqual([['second', amount]]);
  });

  test('one portion is not enough, and the diner reads so', () => {
    expect(plan([noodles, tea], offer).rejected).toMatchObject([
      { code: 'NO_ELIGIBLE_ITEM', reason: 'It takes two portions of the same item.' },
    ]);
  });

  test('after another offer, half of what a portion still costs', () => {
    const promotions = [promotion('sale', percent(20), { priority: 1 }), ...offer.promotions];
    expect(amounts(plan([line('noodles', 3_000, 2)], { promotions }))).toEqual([
      ['sale', 1_200],
      ['second', 1_200],
    ]);
  });
});

test('a gift is added over its threshold and lowers nothing', () => {
  const promotions = [promotion('free tea', gift({ threshold: 2_000 }))];
  expect(plan([noodles], { promotions }).applied).toMatchObject([
    {
      reason: 'A gift, from 20.00 on.',
      amount: 0,
      shares: [],
      gift: { menuItemId: 'item-tea', specId: 'cup', quantity: 1 },
    },
  ]);
  expect(codes(plan([tea], { promotions }))).toEqual([['free tea', 'THRESHOLD_NOT_REACHED']]);
});

describe('an offer that does not hold says why', () => {
  test.each([
    ['another store', coupon('x', off(1), { storeId: 'there' }), 'WRONG_STORE', 'It holds at another store.'],
    [
      'another channel',
      coupon('x', off(1, { channels: ['TAKEAWAY', 'DELIVERY'] })),
      'WRONG_CHANNEL',
      'It holds for takeaway or delivery only.',
    ],
    ['another tier', coupon('x', off(1, { tierCodes: ['GOLD'] })), 'WRONG_TIER', 'It is for GOLD members only.'],
    [
      'a dish that is not in the cart',
      coupon('x', off(1, { dishIds: ['soup'] })),
      'NO_ELIGIBLE_ITEM',
      'Nothing in the cart is part of this offer.',
    ],
    ['used already', coupon('x', off(1), { state: 'REDEEMED' }), 'COUPON_REDEEMED', 'This coupon has been used.'],
    ['too late', coupon('x', off(1), { state: 'EXPIRED' }), 'COUPON_EXPIRED', 'This coupon is past its time.'],
    ['taken back', coupon('x', off(1), { state: 'VOIDED' }), 'COUPON_VOIDED', 'This coupon was taken back.'],
    [
      'in another order',
      coupon('x', off(1), { state: 'LOCKED' }),
      'COUPON_LOCKED',
      'Another order that is not paid yet holds this coupon.',
    ],
  ])('%s', (_, offer, code, reason) => {
    expect(plan([noodles], { coupons: [offer] })).toEqual({
      applied: [],
      rejected: [{ promotionId: null, couponId: 'x', name: 'x', code, reason }],
    });
  });

  test('and holds for the store, channel and tier it names', () => {
    const rule = off(1, { channels: ['DINE_IN'], tierCodes: ['SILVER', 'GOLD'] });
    const result = plan([noodles], { coupons: [coupon('x', rule, { storeId: 'here' })], facts: { tierCode: 'GOLD' } });
    expect(amounts(result)).toEqual([['x', 1]]);
  });
});

describe('several offers', () => {
  test('promotions by priority, then by id, then coupons as the diner named them', () => {
    const promotions = [promotion('b', off(1)), promotion('c', off(1), { priority: 1 }), promotion('a', off(1))];
    const coupons = [coupon('z', off(1)), coupon('y', off(1))];
    expect(amounts(plan([noodles], { promotions, coupons })).map(([name]) => name)).toEqual(['c', 'a', 'b', 'z', 'y']);
  });

  test('each takes off what the ones before have left, while thresholds look at the goods before discounts', () => {
    const promotions = [promotion('half', percent(50))];
    const coupons = [coupon('ten per cent', percent(10, { threshold: 4_000 }))];
    expect(amounts(plan([noodles, tea], { promotions, coupons }))).toEqual([
      ['half', 2_000],
      ['ten per cent', 200],
    ]);
  });

  test('when nothing is left, the next one has nothing to lower', () => {
    const coupons = [coupon('all', percent(100)), coupon('five', off(500))];
    expect(codes(plan([noodles], { coupons }))).toEqual([['five', 'NOTHING_LEFT']]);
  });

  test('one that does not stack keeps all later ones out', () => {
    const promotions = [promotion('alone', off(100), { stackable: false })];
    const result = plan([noodles], { promotions, coupons: [coupon('five', off(500))] });
    expect(amounts(result)).toEqual([['alone', 100]]);
    expect(result.rejected).toMatchObject([
      { code: 'NOT_STACKABLE', reason: 'It cannot be used together with "alone".' },
    ]);
  });

  test('one that does not stack stays out when another applies before it', () => {
    const coupons = [coupon('alone', off(500), { stackable: false }), coupon('one', off(100))];
    const result = plan([noodles], { promotions: [promotion('sale', percent(10))], coupons });
    expect(amounts(result)).toEqual([
      ['sale', 300],
      ['one', 100],
    ]);
    expect(codes(result)).toEqual([['alone', 'NOT_STACKABLE']]);
  });

  test('one that does not stack and does not apply keeps nobody out', () => {
    const promotions = [promotion('alone', off(100, { threshold: 9_000 }), { stackable: false })];
    const result = plan([noodles], { promotions, coupons: [coupon('five', off(500))] });
    expect(amounts(result)).toEqual([['five', 500]]);
    expect(codes(result)).toEqual([['alone', 'THRESHOLD_NOT_REACHED']]);
  });
});

/** Numbers that look random and are the same on every run (mulberry32). */
function seeded(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

test('a thousand carts: shares add up, no line costs less than nothing, every offer is answered, order does not matter', () => {
  const below = seeded(20_261_122);
  const oneOf = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const dishes = ['noodles', 'tea', 'soup', 'rice'];
  const anyRule = (): Rule => {
    const conditions = { threshold: oneOf([0, 0, 1_000, 5_000]), dishIds: below(3) ? [] : [oneOf(dishes)] };
    const rules = [
      () => off(1 + below(3_000), conditions),
      () => percent(1 + below(100), { ...conditions, maxDiscount: oneOf([null, 1 + below(500)]) }),
      () => secondHalf(conditions),
      () => gift(conditions),
    ];
    return oneOf(rules)();
  };
  let discounted = 0;

  for (let cart = 0; cart < 1_000; cart++) {
    const lines = Array.from({ length: 1 + below(8) }, (_, index) =>
      line(oneOf(dishes), oneOf([0, 1, 7, 333, 1_250, 3_001]), 1 + below(5), `line ${index}`),
    );
    const stackable = () => below(5) > 0;
    const promotions = Array.from({ length: below(4) }, (_, index) =>
      promotion(`promotion ${index}`, anyRule(), { priority: below(3), stackable: stackable() }),
    );
    const coupons = Array.from({ length: below(4) }, (_, index) =>
      coupon(`coupon ${index}`, anyRule(), { stackable: stackable() }),
    );
    const request = { promotions, coupons };
    const result = plan(lines, request);

    const taken = new Map<string, number>();
    for (const { amount, shares } of result.applied) {
      expect(shares.reduce((sum, share) => sum + share.amount, 0)).toBe(amount);
      for (const { lineId, amount } of shares) taken.set(lineId, (taken.get(lineId) ?? 0) + amount);
    }
    for (const { id, unitPrice, quantity } of lines) {
      const discount = taken.get(id) ?? 0;
      expect(Number.isSafeInteger(discount)).toBe(true);
      expect(discount).toBeGreaterThanOrEqual(0);
      expect(discount).toBeLessThanOrEqual(unitPrice * quantity);
    }
    expect(result.applied.length + result.rejected.length).toBe(promotions.length + coupons.length);
    expect(plan(lines, request)).toEqual(result);
    expect(plan(lines.toReversed(), { coupons, promotions: promotions.toReversed() })).toEqual(result);
    // Other names for the lines change nothing about what each offer takes off.
    const renamed = lines.map((one, index) => ({ ...one, id: `other ${lines.length - index}` }));
    expect(amounts(plan(renamed, request))).toEqual(amounts(result));
    discounted += result.applied.length > 0 ? 1 : 0;
  }
  expect(discounted).toBeGreaterThan(500);
});
