import { describe, expect, test } from '@jest/globals';
import { age, serverClock, urgency } from '../../plugins/kitchen-screen/page/clock.ts';
import type { Ticket } from '../../plugins/kitchen-screen/page/graph.ts';
import { tickets } from '../../plugins/kitchen-screen/page/tickets.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute)).toISOString();

const ticket = (id: string, more: Partial<Ticket> = {}): Ticket => ({
  id,
  state: 'QUEUED',
  pickupNumber: 1,
  tableName: null,
  channel: 'DINE_IN',
  note: null,
  createdAt: at(0),
  dueAt: at(15),
  station: { id: 'wok', name: 'Wok' },
  lines: [],
  ...more,
});

const snapshot = (version: number, ...shown: Ticket[]) => ({ snapshot: true, version, tickets: shown, removedIds: [] });
const change = (version: number, shown: Ticket[], removedIds: string[] = []) => ({
  snapshot: false,
  version,
  tickets: shown,
  removedIds,
});
const ids = (board: ReturnType<typeof tickets>) => board.list().map(({ ticket: { id } }) => id);

describe('A board of tickets', () => {
  test('stands in the order due, then in the order in which they came', () => {
    const board = tickets();
    board.apply(snapshot(1, ticket('c', { dueAt: at(20) }), ticket('b', { createdAt: at(1) }), ticket('a')));
    expect(ids(board)).toEqual(['a', 'b', 'c']);
  });

  test('forgets with a snapshot what the kitchen no longer has, and takes no change older than it', () => {
    const board = tickets();
    board.apply(snapshot(5, ticket('a'), ticket('b')));
    board.apply(change(5, [ticket('old')]));
    board.apply(snapshot(9, ticket('b')));
    board.apply(change(7, [ticket('older')]));
    expect(ids(board)).toEqual(['b']);
  });

  test('never shows a ticket going back when a tap is answered before the frames about it come', () => {
    const board = tickets();
    board.apply(snapshot(1, ticket('a')));
    board.advanced('a', 'READY');
    board.apply(change(2, [ticket('a', { state: 'STARTED', note: 'late news' })]));
    expect(board.list()).toMatchObject([{ ticket: { state: 'READY', note: 'late news' } }]);
  });

  test('keeps what was withdrawn before it was ready until the cook has seen it, also across a snapshot', () => {
    const board = tickets();
    board.apply(snapshot(1, ticket('a', { state: 'STARTED' }), ticket('b', { state: 'READY' })));
    board.apply(change(2, [], ['a', 'b', 'unknown']));
    expect(board.list().map(({ over }) => over)).toEqual(['CANCELLED', 'SERVED']);
    board.apply(snapshot(3));
    expect(ids(board)).toEqual(['a']);
    board.dismiss('a');
    expect(ids(board)).toEqual([]);
  });

  test('narrows to a station, and takes no open ticket off by a tap on a notice', () => {
    const board = tickets();
    board.apply(snapshot(1, ticket('a'), ticket('b', { station: { id: 'bar', name: 'Bar' } })));
    board.narrow('bar');
    board.dismiss('b');
    expect(ids(board)).toEqual(['b']);
  });
});

describe('A ticket’s age', () => {
  const due = { createdAt: at(0), dueAt: at(15) };
  const minute = (n: number) => Date.parse(at(n));

  test.each([
    [0, 'calm'],
    [9.9, 'calm'],
    [10, 'soon'],
    [14.99, 'soon'],
    [15, 'late'],
  ])('after %s of fifteen minutes is %s', (minutes, expected) => {
    expect(urgency(due, minute(0) + minutes * 60_000)).toBe(expected);
  });

  test.each([
    [-5, '00:00'],
    [65, '01:05'],
    [3_599, '59:59'],
    [3_600, '1:00:00'],
    [90_000, '+24h'],
  ])('of %s seconds reads %s', (seconds, expected) => {
    expect(age(at(0), minute(0) + seconds * 1_000)).toBe(expected);
  });

  test('goes by the server’s time where the screen’s clock is wrong, and does not jump by the header’s coarseness', () => {
    const local = 1_000_000_000_000;
    const clock = serverClock(() => local);
    clock.observe(new Date(local - 1_000).toUTCString(), local - 100, local);
    expect(clock.now()).toBe(local);
    clock.observe(new Date(local + 600_000).toUTCString(), local - 9_000, local);
    clock.observe(null, local - 100, local);
    expect(clock.now()).toBe(local);
    clock.observe(new Date(local + 600_000).toUTCString(), local - 100, local);
    expect(clock.now()).toBe(local + 600_550);
  });
});
