/** An element to write, with its prefix: text, or elements in their order. Those that are null are left out. */
export interface Written {
  name: string;
  attributes: Readonly<Record<string, string>>;
  content: string | readonly (Written | null)[];
}

/** An element: `element('cbc:Quantity', { unitCode: 'C62' }, '3')`. */
export function element(name: string, attributes: Written['attributes'], content: Written['content']): Written {
  return { name, attributes, content };
}

/** A document in UTF-8. Names are the product's own; whatever comes from elsewhere is text or an attribute's value. */
export function documentText(root: Written): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${textOf(root)}\n`;
}

function textOf({ name, attributes, content }: Written): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const inner =
    typeof content === 'string' ? escaped(content) : content.map((one) => (one ? textOf(one) : '')).join('');
  return `<${name}${given.join('')}>${inner}</${name}>`;
}

/** What XML 1.0 has no way to write: control characters, halves of surrogates, and two that are no characters. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Text that is safe between tags and between quotes. */
function escaped(text: string): string {
  return text.replace(FORBIDDEN, '').replace(/[&<>"'\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
