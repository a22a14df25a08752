import { emptyWorld, type World } from './world.ts';

/** How much of each book is kept: what came last. */
const MOST = 1_000;

/** The books as text, without files that were downloaded. */
export function textOf(world: World): string {
  const { files: _, ...books } = world;
  return JSON.stringify(books, (_key, value: unknown) => {
    if (value instanceof Map) return { map: [...value].slice(-MOST) };
    return value instanceof Set ? { set: [...value].slice(-MOST) } : value;
  });
}

/** The books that a text is of; empty ones when it is none. */
export function worldIn(text: string | null): World {
  if (text === null) return emptyWorld();
  const books = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if ('map' in value) return new Map(value.map as [string, unknown][]);
    return 'set' in value ? new Set(value.set as string[]) : value;
  });
  return { ...emptyWorld(), ...books };
}
