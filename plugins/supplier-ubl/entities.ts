import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LongText } from '../../kernel/database/long-text.ts';
import { booksTable } from '../../kernel/simulator/books.ts';
import type { DocumentType } from './structure.ts';

/** A message of a supplier that was believed, so that it is not taken twice: forgotten after an hour. */
export const Message = defineEntity({
  name: 'Message',
  tableName: 'ubl_message',
  properties: {
    /** A digest of whose it is, its id and its moment. */
    id: p.string().length(64).primary(),
    /** A digest of whose it is and its id, which are the same when it is sent again. */
    messageId: p.string().length(64).index(),
    /** A digest of what it brought. */
    digest: p.string().length(64),
    at: p.bigint('number').index(),
  },
});

/** KEPT until inventory has said what it makes of it. REFUSED is looked at again when it is sent again. */
export type DocumentState = 'KEPT' | 'TAKEN' | 'REFUSED';

/** A document of a supplier, as it came. */
export const Document = defineEntity({
  name: 'Document',
  tableName: 'ubl_document',
  properties: {
    id: p.string().length(36).primary(),
    account: p.string().length(60),
    type: p.string().length(20).$type<DocumentType>(),
    /** The supplier's own number. */
    number: p.string().length(60),
    digest: p.string().length(64),
    raw: p.type(LongText),
    state: p.string().length(10).$type<DocumentState>(),
    /** Why it was refused. */
    reason: p.string().length(500).nullable(),
    at: p.bigint('number'),
    /** When inventory is told, while it was not yet. */
    dueAt: p.bigint('number').nullable(),
  },
  uniques: [{ properties: ['account', 'digest'] }],
  indexes: [{ properties: ['state', 'dueAt'] }],
});
export type Document = InferEntity<typeof Document>;

/** What the simulator has on its books, as text: in one row, and in none where there is no simulator. */
export const SimulatorMemory = booksTable('ubl_simulator');

/** This plug-in's tables. */
export const entities = [Message, Document, SimulatorMemory];
