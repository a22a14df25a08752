import { describe, expect, test } from '@jest/globals';
import { type Mover, moveOf, moves, type OrderState } from '../../subgraphs/orders/state.ts';

const from = (state: OrderState) => moves.filter((move) => move.from === state).map(({ to }) => to);
const by = (mover: Mover) => new Set(moves.filter((move) => move.by.includes(mover)).map(({ to }) => to));

describe('an order', () => {
  test('begins by being placed, and every other state is reached from there', () => {
    const reached = new Set<OrderState>(['PLACING']);
    for (const state of reached) for (const to of from(state)) reached.add(to);
    expect(reached).toEqual(new Set(['PLACING', ...moves.map(({ to }) => to)]));
    expect(moves.map(({ to }) => to)).not.toContain('PLACING');
  });

  test.each<OrderState>(['REJECTED', 'COMPLETED', 'CANCELLED', 'EXPIRED'])('that is %s stays so', (state) => {
    expect(from(state)).toEqual([]);
  });

  test('is cancelled by its diner until the kitchen begins, and by staff until it is completed', () => {
    const cancellable = (mover: Mover) =>
      moves
        .filter(({ to }) => to === 'CANCELLED')
        .map(({ from }) => from)
        .filter((state) => moveOf({ state }, 'CANCELLED', mover));
    expect(cancellable('DINER')).toEqual(['AWAITING_PAYMENT', 'PAID']);
    expect(cancellable('STAFF')).toEqual(['AWAITING_PAYMENT', 'PAID', 'PREPARING', 'READY']);
  });

  test('is paid by nobody but the product, which has seen the money; people only cancel', () => {
    expect(moves.filter(({ to }) => to === 'PAID')).toEqual([
      { from: 'AWAITING_PAYMENT', to: 'PAID', by: ['PRODUCT'], emits: 'order.paid' },
    ]);
    expect([...by('DINER'), ...by('STAFF')]).toEqual(['CANCELLED', 'CANCELLED']);
  });

  test('tells the other modules whenever something is theirs to do: each end but a rejection', () => {
    const ends = moves.filter(({ to }) => ['CANCELLED', 'EXPIRED', 'COMPLETED'].includes(to));
    for (const { to, emits } of ends) expect(emits).toBe(to === 'COMPLETED' ? 'order.completed' : 'order.cancelled');
  });
});
