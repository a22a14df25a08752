import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { blindChannel, localChannel } from '../../kernel/live/live.ts';
import { type Notes, startNotes } from '../notes.ts';

let notes: Notes;
beforeAll(async () => {
  const live = localChannel();
  notes = await startNotes(live, live);
});
afterAll(async () => notes[Symbol.asyncDispose]());

test('without any channel a change is seen nevertheless, and nothing is shown twice', async () => {
  await using blind = await startNotes(blindChannel(), blindChannel());
  await blind.write('polled');
  const frames = await blind.follow('polled');
  expect(await frames.next()).toEqual({ version: 1, reads: 1 });
  const second = frames.next();
  await blind.write('polled');
  expect(await second).toEqual({ version: 2, reads: 2 });
  await blind.write('polled');
  await blind.write('polled');
  expect(await frames.next()).toMatchObject({ version: expect.any(Number) });
  frames.stop();
});

test('a subscription outlives its subgraph: what changed meanwhile is shown when it is back', async () => {
  await notes.write('away');
  const frames = await notes.follow('away');
  await frames.next();
  const next = frames.next();
  notes.away.add('writer');
  await notes.write('away');
  await notes.write('away');
  notes.away.delete('writer');
  expect(await next).toEqual({ version: 3, reads: 3 });
  frames.stop();
});

test('it outlives one that goes between the question of the topics and the first frame', async () => {
  await notes.write('first');
  const frames = await notes.follow('first');
  notes.away.add('writer');
  const first = frames.next();
  await notes.write('first');
  notes.away.delete('writer');
  expect(await first).toMatchObject({ version: 2 });
  frames.stop();
});

test('a field of another subgraph that is away is missing, and comes when that is back', async () => {
  await notes.write('rest');
  notes.away.add('reader');
  const frames = await notes.follow('rest');
  expect(await frames.next()).toEqual({ version: 1, reads: null });
  const rest = frames.next();
  notes.away.delete('reader');
  expect(await rest).toEqual({ version: 1, reads: 1 });
  frames.stop();
});

test('it outlives the module that knows sessions, and shows nothing before that is back', async () => {
  await notes.write('session');
  const frames = await notes.follow('session');
  await frames.next();
  notes.session = 'unknown';
  const next = frames.next();
  await notes.write('session');
  await notes.write('session');
  notes.session = 'open';
  expect(await next).toMatchObject({ version: 3 });

  notes.session = 'ended';
  await notes.write('session');
  expect(await frames.next()).toEqual(['UNAUTHENTICATED']);
  expect(await frames.next()).toBeUndefined();
  notes.session = 'open';
});

test('to subscribe while the subgraph is away is refused', async () => {
  notes.away.add('writer');
  await expect(notes.follow('any')).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  notes.away.delete('writer');
});

test('a client that takes nothing for long sees the state of now, not every step to it', async () => {
  await notes.write('slow');
  const frames = await notes.follow('slow');
  expect(await frames.next()).toMatchObject({ version: 1 });
  const second = frames.next();
  await notes.write('slow');
  expect(await second).toMatchObject({ version: 2 });
  for (let version = 3; version <= 102; version += 1) await notes.write('slow');
  expect(await frames.next()).toMatchObject({ version: 102 });
  frames.stop();
});

test('one that leaves while its subgraph is away leaves at once', async () => {
  await notes.write('leaving');
  const frames = await notes.follow('leaving');
  await frames.next();
  notes.away.add('writer');
  const next = frames.next();
  await notes.write('leaving');
  frames.stop();
  expect(await next).toBeUndefined();
  notes.away.delete('writer');
});
