import { expect, test } from '@jest/globals';
import {
  type PurchaseMover,
  type PurchaseState,
  purchaseMoveOf,
  purchaseMoves,
} from '../../subgraphs/inventory/purchase-state.ts';

const may = (from: PurchaseState, to: PurchaseState, by: PurchaseMover) =>
  purchaseMoveOf({ state: from }, to, by) !== undefined;
const states = [...new Set(purchaseMoves.flatMap(({ from, to }) => [from, to]))];

test('no move stands there twice', () => {
  const moves = purchaseMoves.map(({ from, to }) => `${from} ${to}`);
  expect(new Set(moves).size).toBe(moves.length);
});

test('what was refused, given up or closed stays so', () => {
  for (const state of ['REFUSED', 'CANCELLED', 'CLOSED'] as const)
    expect(purchaseMoves.filter(({ from }) => from === state)).toEqual([]);
});

test('every state is reached from a draft', () => {
  const reached = new Set<PurchaseState>(['DRAFT']);
  for (const _ of states) for (const { from, to } of purchaseMoves) if (reached.has(from)) reached.add(to);
  expect([...reached].sort()).toEqual([...states].sort());
});

test('a supplier sees no draft, and a person gives up only what the supplier has not seen', () => {
  for (const to of states) expect(may('DRAFT', to, 'SUPPLIER')).toBe(false);
  for (const from of states) expect(may(from, 'CANCELLED', 'STAFF')).toBe(from === 'DRAFT');
});

test('nobody but the supplier confirms or ships, and nobody but the store receives', () => {
  for (const from of states) {
    for (const to of ['CONFIRMED', 'PARTLY', 'SHIPPED'] as const)
      for (const by of ['STAFF', 'PRODUCT'] as const) expect(may(from, to, by)).toBe(false);
    expect(may(from, 'RECEIVED', 'SUPPLIER')).toBe(false);
  }
});

test('what is on its way, or under way with goods, is not closed by hand', () => {
  for (const from of ['SENDING', 'SHIPPED'] as const) expect(may(from, 'CLOSED', 'STAFF')).toBe(false);
});
