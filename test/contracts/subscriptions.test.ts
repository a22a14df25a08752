import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { eventStream } from '../event-stream.ts';
import { reader, WRITE, writer } from './notes.ts';

const FOLLOW = 'subscription ($id: ID!) { noteChanged(id: $id) { version reads } }';

let app: App;
beforeAll(async () => {
  app = await startApp({ modules: [writer, reader] });
});
afterAll(() => app[Symbol.asyncDispose]());

/** Writes a note once more, and lets its sister hear of it. */
async function write(id: string): Promise<void> {
  await app.ask(WRITE, { key: crypto.randomUUID(), id });
  await app.settled();
}

test('over graphql-ws: first the present state, then each change, with fields of two subgraphs', async () => {
  await write('ws');
  const frames = app.sockets().iterate({ query: FOLLOW, variables: { id: 'ws' } });
  expect((await frames.next()).value).toEqual({ data: { noteChanged: { version: 1, reads: 1 } } });
  await write('ws');
  expect((await frames.next()).value).toMatchObject({ data: { noteChanged: { version: 2 } } });
  await frames.return?.();
});

test('over server-sent events at the same address: the same', async () => {
  await write('sse');
  const frames = eventStream(app.url, FOLLOW, { id: 'sse' });
  expect((await frames.next()).value).toEqual({ data: { noteChanged: { version: 1, reads: 1 } } });
  await write('sse');
  expect((await frames.next()).value).toMatchObject({ data: { noteChanged: { version: 2 } } });
  await frames.return(undefined);
});

test('those who follow the same share each frame, which is made once; who joins later sees the state of now', async () => {
  await write('shared');
  const follow = () => app.sockets().iterate({ query: FOLLOW, variables: { id: 'shared' } });
  const [one, other] = [follow(), follow()];
  const first = (await one.next()).value;
  await other.next();
  await write('shared');
  const [second, same] = [await one.next(), await other.next()];
  expect(second.value).toMatchObject({ data: { noteChanged: { version: 2 } } });
  // Each time that it is asked, the reader counts one more.
  expect(same.value).toEqual(second.value);
  await one.return?.();
  await write('shared');
  expect((await other.next()).value).toMatchObject({ data: { noteChanged: { version: 3 } } });
  const late = follow();
  expect((await late.next()).value).toMatchObject({ data: { noteChanged: { version: 3 } } });
  await Promise.all([other.return?.(), late.return?.()]);
  expect(first).toMatchObject({ data: { noteChanged: { version: 1 } } });
});

test('who came first may leave, and the others go on', async () => {
  await write('first');
  const [one, other] = [eventStream(app.url, FOLLOW, { id: 'first' }), eventStream(app.url, FOLLOW, { id: 'first' })];
  await one.next();
  await other.next();
  await one.return(undefined);
  await write('first');
  expect((await other.next()).value).toMatchObject({
    data: { noteChanged: { version: 2, reads: expect.any(Number) } },
  });
  await other.return(undefined);
});

test('a condition at the top of a subscription is a condition like any other', async () => {
  await write('top');
  const query = `subscription ($id: ID!, $shown: Boolean!) {
    noteChanged(id: $id) @include(if: $shown) { version reads @skip(if: $shown) } }`;
  const frames = app.sockets().iterate({ query, variables: { id: 'top', shown: true } });
  expect((await frames.next()).value).toEqual({ data: { noteChanged: { version: 1 } } });
  await frames.return?.();
  const refused = await app
    .sockets()
    .iterate({ query, variables: { id: 'top', shown: false } })
    .next();
  expect(refused.value).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
});

test('a client that comes back has missed nothing: its first frame is the state of now', async () => {
  await write('back');
  const first = app.sockets();
  const before = first.iterate({ query: FOLLOW, variables: { id: 'back' } });
  await before.next();
  await first.dispose();
  await write('back');
  await write('back');
  const after = app.sockets().iterate({ query: FOLLOW, variables: { id: 'back' } });
  expect((await after.next()).value).toMatchObject({ data: { noteChanged: { version: 3 } } });
  await after.return?.();
});

test('a change that comes while the snapshot is taken is neither lost nor shown twice', async () => {
  await write('race');
  const frames = app.sockets().iterate({ query: FOLLOW, variables: { id: 'race' } });
  const writes = Array.from({ length: 10 }, () => write('race'));
  const versions: number[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: frames are read as they come
  while (versions.at(-1) !== 11) versions.push(((await frames.next()).value as any).data.noteChanged.version);
  await Promise.all(writes);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  await frames.return?.();
});

test('a subscription that is refused says why, over both', async () => {
  const bySocket = await app
    .sockets()
    .iterate({ query: FOLLOW, variables: { id: 'secret' } })
    .next();
  expect(bySocket.value).toMatchObject({ errors: [{ extensions: { code: 'NOTE_NOT_FOUND' } }] });
  const byStream = await eventStream(app.url, FOLLOW, { id: 'secret' }).next();
  expect(byStream.value).toMatchObject({ errors: [{ extensions: { code: 'NOTE_NOT_FOUND' } }] });
});

test('an operation that does not fit the graph is refused before anything runs', async () => {
  const client = app.sockets();
  const refusal = await new Promise((resolve) => {
    client.subscribe({ query: 'subscription { nothing }' }, { next: () => {}, complete: () => {}, error: resolve });
  });
  expect(refusal).toMatchObject([{ message: expect.stringContaining('nothing') }]);
});

test('a variable with a default, or of a wrong type, is treated in a subscription as in a query', async () => {
  await write('default');
  const withDefault = 'subscription ($id: ID! = "default") { noteChanged(id: $id) { version } }';
  const shown = app.sockets().iterate({ query: withDefault });
  expect((await shown.next()).value).toMatchObject({ data: { noteChanged: { version: 1 } } });
  await shown.return?.();
  const wrong = await app
    .sockets()
    .iterate({ query: FOLLOW, variables: { id: { $ne: null } } })
    .next();
  expect(wrong.value).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
});
