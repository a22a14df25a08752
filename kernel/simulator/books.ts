import { defineEntity, p } from '@mikro-orm/core';
import { LongText } from '../database/long-text.ts';
import type { Host } from '../module.ts';

/** Where a simulated platform's books are kept while it does not run: what it knows, as one text. */
export interface Memory {
  /** Null where nothing was written yet. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** A table for a simulated platform's books. */
export const booksTable = (tableName: string) =>
  defineEntity({
    name: 'SimulatorMemory',
    tableName,
    properties: { id: p.string().length(10).primary(), text: p.type(LongText).$type<string>() },
  });

/** Keeps a simulated platform's books over a restart, as a platform keeps its own. */
export function booksIn<S>(host: Pick<Host<S>, 'context' | 'transact'>, table: ReturnType<typeof booksTable>): Memory {
  const id = 'books';
  return {
    read: async () => (await host.context().em.findOne(table, id))?.text ?? null,
    write: (text) => host.transact(host.context(), (tx) => tx.em.upsert(table, { id, text })).then(() => {}),
  };
}

/** How often a simulated platform looks at the clock by itself, in milliseconds. */
const LOOK = 500;

/** What goes on at a simulated platform while nobody asks it anything. */
export interface Going {
  memory: Memory | undefined;
  /** The books as they are now. */
  text(): string;
  /** Does what is due. */
  tick(): Promise<unknown>;
}

/** Lets a simulated platform go on by itself, and keeps its books. What it answers ends that, the books written. */
export function goOn({ memory, text, tick }: Going): () => Promise<void> {
  let kept = text();
  const remember = async () => {
    const present = text();
    if (present !== kept) await memory?.write(present);
    kept = present;
  };
  // What could not be done, or kept, is at the next look.
  const look = () => tick().then(remember);
  const looking = setInterval(() => void look().catch(() => {}), LOOK);
  looking.unref();
  return async () => {
    clearInterval(looking);
    await remember();
  };
}
