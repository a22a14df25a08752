import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Refusal } from '../refusal.ts';

/** An element as it was read. */
export interface Element {
  uri: string;
  /** Without its prefix. */
  name: string;
  /** Those without a namespace. */
  attributes: ReadonlyMap<string, string>;
  children: Element[];
  /** The text between its tags, without that of its children. */
  text: string;
}

/** The most that a document may have; how long it is as a whole is looked at before. */
const MOST_DEPTH = 50;
const MOST_ELEMENTS = 20_000;
const MOST_ATTRIBUTES = 20;
const MOST_TEXT = 10_000;
const MOST_NAME = 100;

/** Attached files, which are long, and which nobody here reads. */
const NOT_KEPT = 'EmbeddedDocumentBinaryObject';

/** How much is given to the parser at once, so that it stops soon after what is refused. */
const CHUNK = 16_384;

/**
 * Reads a document into a tree. Throws a Refusal: NOT_XML for what is not well-formed, or not UTF-8; DOCTYPE, TOO_DEEP and
 * TOO_LARGE for what is, and could do harm. A document type is refused whole, so there are no entities but XML's own five.
 */
export function readXml(bytes: Uint8Array): Element {
  const text = utf8(bytes);
  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const open: Element[] = [];
  let root: Element | undefined;
  let [depth, elements, attributes] = [0, 0, 0];
  const where = () => open.map(({ name }) => `/${name}`).join('') || null;
  const refuse = (code: string, problem: string) => {
    throw new Refusal(422, code, problem, where());
  };

  parser.on('error', (error) => {
    throw new Refusal(400, 'NOT_XML', error.message.slice(0, 200), where());
  });
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== '1.0') throw new Refusal(400, 'NOT_XML', 'only XML 1.0 is read');
    if (encoding && !/^utf-8$/i.test(encoding)) throw new Refusal(400, 'NOT_XML', 'only UTF-8 is read');
  });
  parser.on('doctype', () => refuse('DOCTYPE', 'a document type is not read'));
  parser.on('opentagstart', ({ name }) => {
    attributes = 0;
    if (++depth > MOST_DEPTH) refuse('TOO_DEEP', `more than ${MOST_DEPTH} levels`);
    if (++elements > MOST_ELEMENTS) refuse('TOO_LARGE', `more than ${MOST_ELEMENTS} elements`);
    if (name.length > MOST_NAME) refuse('TOO_LARGE', 'a name that is too long');
  });
  parser.on('attribute', ({ name, value }) => {
    if (++attributes > MOST_ATTRIBUTES) refuse('TOO_LARGE', `more than ${MOST_ATTRIBUTES} attributes`);
    if (name.length > MOST_NAME || value.length > MOST_TEXT) refuse('TOO_LARGE', 'an attribute that is too long');
  });
  parser.on('opentag', ({ uri, local, attributes: given }: SaxesTagNS) => {
    const plain = Object.values(given).flatMap((one) => (one.uri === '' ? [[one.local, one.value] as const] : []));
    const element: Element = { uri, name: local, attributes: new Map(plain), children: [], text: '' };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
    depth -= 1;
  });
  const take = (more: string) => {
    const element = open.at(-1);
    if (!element || element.name === NOT_KEPT) return;
    element.text += more;
    if (element.text.length > MOST_TEXT) refuse('TOO_LARGE', `more than ${MOST_TEXT} characters of text`);
  };
  parser.on('text', take);
  parser.on('cdata', take);

  for (let at = 0; at < text.length; at += CHUNK) parser.write(text.slice(at, at + CHUNK));
  parser.close();
  if (!root) throw new Refusal(400, 'NOT_XML', 'there is no element', null);
  return root;
}

/** UTF-8 alone, so that what was signed is what is read. */
function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'NOT_XML', 'only UTF-8 is read');
  }
}
