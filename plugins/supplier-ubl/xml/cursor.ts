import { invalid } from '../refusal.ts';
import type { Element } from './reading.ts';

/** An element and where it stands, for reading a document that is valid and naming what is wanted of it besides. */
export interface Cursor {
  readonly path: string;
  /** What it says, without spaces at its ends. */
  readonly text: string;
  attribute(name: string): string | undefined;
  /** The first child of a name, or null. */
  maybe(name: string): Cursor | null;
  /** The first child of a name; a Refusal where there is none. */
  one(name: string): Cursor;
  /** Every child of a name. */
  all(name: string): Cursor[];
}

/** A cursor at the root of a document. */
export function cursorAt(element: Element, path = `/${element.name}`): Cursor {
  const all = (name: string) =>
    element.children
      .filter((child) => child.name === name)
      .map((child, index) => cursorAt(child, `${path}/${name}${index > 0 ? `[${index + 1}]` : ''}`));
  const maybe = (name: string) => all(name)[0] ?? null;
  return {
    path,
    text: element.text.trim(),
    attribute: (name) => element.attributes.get(name),
    maybe,
    one(name) {
      const found = maybe(name);
      if (!found) throw invalid(path, `${name} is missing`);
      return found;
    },
    all,
  };
}
