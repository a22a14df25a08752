import { type DocumentNode, visit } from 'graphql';
import { refusal } from './refusal.ts';

/** Refuses operations that ask for the schema. `__typename` is no such question. Throws INTROSPECTION_OFF. */
export function assertNoIntrospection(document: DocumentNode): void {
  visit(document, {
    Field({ name: { value } }) {
      if (value === '__schema' || value === '__type') throw refusal('INTROSPECTION_OFF');
    },
  });
}
