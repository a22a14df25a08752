import { describe, expect, test } from '@jest/globals';
import { readDocument } from '../../plugins/supplier-ubl/documents.ts';
import { orderDocument } from '../../plugins/supplier-ubl/order-document.ts';
import { readOrder } from '../../plugins/supplier-ubl/simulator/reading.ts';
import type { MillLine, MillOrder } from '../../plugins/supplier-ubl/simulator/world.ts';
import { despatchAdvice, invoice, orderResponse } from '../../plugins/supplier-ubl/simulator/writing.ts';
import { readXml } from '../../plugins/supplier-ubl/xml/reading.ts';
import type { SupplierOrder } from '../../subgraphs/inventory/ports.ts';

const line: MillLine = {
  line: 1,
  code: 'FLOUR-25',
  name: 'Flour',
  packs: 4,
  pack: 25_000,
  unit: 'GRM',
  price: 12_800,
  confirmed: null,
  shipped: 0,
  billed: 0,
};
const order: MillOrder = {
  id: '0192',
  reference: 'SO-1',
  buyer: 'DineGraph',
  place: 'Store',
  currency: 'CNY',
  digest: '',
  times: 1,
  lines: [line],
};
const head = { number: 'N-1', at: Date.parse('2026-11-23T06:00:00Z') };
const response = orderResponse(head, order, 'CA', [{ line, packs: 3, note: 'Less' }]);
const despatch = despatchAdvice(head, order, [{ line, packs: 4, lot: 'L1', bestBefore: '2027-05-01' }]);
const bill = invoice(head, order, [{ line, packs: 4 }]);

const LINE = '<cac:OrderLineReference><cbc:LineID>1</cbc:LineID>';
const OTHER_LINE = '<cac:OrderLineReference><cbc:LineID>2</cbc:LineID></cac:OrderLineReference>';
const OTHER_ORDER = '<cac:OrderReference><cbc:ID>0193</cbc:ID></cac:OrderReference>';
/** The invoice with its 46.08 of tax in two parts: one of 40.00, and what is given. */
function taxed(rest: string): string {
  const part = (tax: string) =>
    `<cac:TaxSubtotal><cbc:TaxAmount currencyID="CNY">${tax}</cbc:TaxAmount><cac:TaxCategory/></cac:TaxSubtotal>`;
  return bill.replace('</cac:TaxTotal>', `${part('40.00')}${part(rest)}</cac:TaxTotal>`);
}

/** The code and the place for which bytes are refused; null when they are read. */
function refusal(text: string | Uint8Array): { code: string; path: string | null } | null {
  try {
    readDocument(typeof text === 'string' ? Buffer.from(text) : text);
    return null;
  } catch (error) {
    const { code, path } = error as { code: string; path: string | null };
    return { code, path };
  }
}
const code = (text: string | Uint8Array) => refusal(text)?.code ?? null;

describe('documents as a supplier writes them', () => {
  test.each([
    ['an OrderResponse', response, 'OrderResponse'],
    ['a DespatchAdvice', despatch, 'DespatchAdvice'],
    ['an Invoice', bill, 'Invoice'],
  ])('%s is read', (_, text, type) => {
    expect(readDocument(Buffer.from(text))).toMatchObject({ type, number: 'N-1' });
  });

  test('a tax may be told in parts', () => {
    expect(code(taxed('6.08'))).toBeNull();
  });

  test('with other prefixes, comments, CDATA, a mark of byte order and an attached file are the same to us', () => {
    const prefixed = bill.replaceAll('cbc:', 'x:').replaceAll('xmlns:cbc', 'xmlns:x').replaceAll(':cbc=', ':x=');
    expect(code(prefixed)).toBeNull();
    expect(code(`\ufeff${bill}`)).toBeNull();
    expect(code(bill.replace('<cbc:ID>N-1', '<!-- ours --><cbc:ID><![CDATA[N-1]]>'))).toBeNull();
    const file = `<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>
      <cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf">${'A'.repeat(500_000)}</cbc:EmbeddedDocumentBinaryObject>
      </cac:Attachment></cac:AdditionalDocumentReference>`;
    expect(code(bill.replace('<cac:AccountingSupplierParty>', `${file}<cac:AccountingSupplierParty>`))).toBeNull();
  });

  test('in CDATA are not XML: what stands there is text', () => {
    const hidden = bill.replace('<cbc:ID>N-1</cbc:ID>', '<cbc:ID><![CDATA[<cbc:ID>N-2</cbc:ID>]]></cbc:ID>');
    expect(readDocument(Buffer.from(hidden)).number).toBe('<cbc:ID>N-2</cbc:ID>');
  });
});

describe('what could do harm is refused:', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
    { length: 9 },
    (_, index) => `<!ENTITY lol${index + 1} "${`&lol${index || ''};`.repeat(10)}">`,
  ).join('')}]><Invoice>&lol9;</Invoice>`;

  test.each<[what: string, text: string, code: string]>([
    ['a billion laughs', laughs, 'DOCTYPE'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'DOCTYPE'],
    ['a parameter entity', '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a/>', 'DOCTYPE'],
    ['an external document type', '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', 'DOCTYPE'],
    ['a document type that is harmless', '<!DOCTYPE Invoice><Invoice/>', 'DOCTYPE'],
    ['one inside of a long comment', `<!--${'x'.repeat(100_000)}--><!DOCTYPE a><a/>`, 'DOCTYPE'],
    ['10,000 levels', '<a>'.repeat(10_000), 'TOO_DEEP'],
    ['51 levels', '<a>'.repeat(51) + '</a>'.repeat(51), 'TOO_DEEP'],
    ['30,000 elements', `<a>${'<b/>'.repeat(30_000)}</a>`, 'TOO_LARGE'],
    ['a long text', `<a>${'x'.repeat(10_001)}</a>`, 'TOO_LARGE'],
    ['a long attribute', `<a b="${'x'.repeat(10_001)}"/>`, 'TOO_LARGE'],
    ['many attributes', `<a ${Array.from({ length: 21 }, (_, index) => `b${index}="x"`).join(' ')}/>`, 'TOO_LARGE'],
    ['a long name', `<${'a'.repeat(101)}/>`, 'TOO_LARGE'],
  ])('%s', (_, text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('a bomb costs no more than its own length', () => {
    const before = process.memoryUsage().heapUsed;
    for (let times = 0; times < 50; times++) code(laughs);
    // Expanded once it would be three thousand million letters.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });
});

describe('what is not XML in UTF-8 is refused:', () => {
  const latin = Buffer.from(bill.replace('UTF-8', 'ISO-8859-1').replace('Flour mill', 'M\u00fchle'), 'latin1');
  test.each<[what: string, text: string | Uint8Array]>([
    ['nothing', ''],
    ['spaces', '   '],
    ['JSON', '{"invoice":1}'],
    ['text before it', `x${bill}`],
    ['text behind it', `${bill}x`],
    ['two documents', `<a/><b/>`],
    ['one that is cut off', bill.slice(0, -20)],
    ['an entity that nobody has declared', bill.replace('N-1', '&secret;')],
    ['a character that XML forbids', bill.replace('N-1', 'N\u0000')],
    ['a reference to one', bill.replace('N-1', 'N&#0;')],
    ['half of a surrogate by reference', bill.replace('N-1', 'N&#xD800;')],
    ['a prefix that nobody has declared', bill.replace('<cbc:ID>', '<abc:ID>').replace('</cbc:ID>', '</abc:ID>')],
    ['an attribute that stands twice', '<a b="1" b="2"/>'],
    ['UTF-16', Buffer.from(`\ufeff${bill}`, 'utf16le')],
    ['UTF-16 that says UTF-8', Buffer.from(bill, 'utf16le')],
    ['Latin 1', latin],
    ['UTF-7, which hides brackets', bill.replace('UTF-8', 'UTF-7')],
    ['an overlong form of a bracket', Buffer.concat([Buffer.from([0xc0, 0xbc]), Buffer.from(bill)])],
    ['XML 1.1', bill.replace('version="1.0"', 'version="1.1"')],
  ])('%s', (_, text) => {
    expect(code(text)).toBe('NOT_XML');
  });
});

describe('what UBL 2.1 does not allow is refused, and the place is named:', () => {
  const put = (from: string, to: string, text = bill) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
  test.each<[what: string, text: string, path: string]>([
    ['another document of UBL', '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>', '/Order'],
    ['one of another namespace', put('xsd:Invoice-2', 'xsd:Invoice-3'), '/Invoice'],
    ['one of no namespace', '<Invoice/>', '/Invoice'],
    [
      'elements of another namespace',
      bill.replaceAll('BasicComponents-2', 'BasicComponents-1'),
      '/Invoice/UBLVersionID',
    ],
    ['no number', put('<cbc:ID>N-1</cbc:ID>', ''), '/Invoice'],
    ['two numbers', put('<cbc:ID>N-1</cbc:ID>', '<cbc:ID>N-1</cbc:ID><cbc:ID>N-2</cbc:ID>'), '/Invoice/ID[2]'],
    [
      'an element out of its sequence',
      put('<cbc:ID>N-1</cbc:ID>', '<cbc:Note>x</cbc:Note><cbc:ID>N-1</cbc:ID>'),
      '/Invoice',
    ],
    ['an element that UBL does not know', put('<cbc:ID>N-1', '<cbc:Evil>x</cbc:Evil><cbc:ID>N-1'), '/Invoice/Evil'],
    ['text between elements', put('<cac:TaxTotal>', 'free!<cac:TaxTotal>'), '/Invoice'],
    ['elements in a text', put('>N-1<', '><b/>N-1<'), '/Invoice/ID'],
    ['a day that does not exist', put('2026-11-23', '2026-02-30'), '/Invoice/IssueDate'],
    ['NaN', put('>4</cbc:InvoicedQuantity>', '>NaN</cbc:InvoicedQuantity>'), '/Invoice/InvoiceLine/InvoicedQuantity'],
    ['an exponent', put('>128.00<', '>1.28e2<'), '/Invoice/InvoiceLine/Price/PriceAmount'],
    ['a number of 40 digits', put('>128.00<', `>${'9'.repeat(40)}<`), '/Invoice/InvoiceLine/Price/PriceAmount'],
    [
      'a number beyond what is exact',
      put('>128.00<', '>99999999999999999.00<'),
      '/Invoice/InvoiceLine/Price/PriceAmount',
    ],
    ['less than nothing', put('>128.00<', '>-128.00<'), '/Invoice/InvoiceLine/Price/PriceAmount'],
    ['a tenth of a fen', put('>128.00<', '>128.001<'), '/Invoice/InvoiceLine/Price/PriceAmount'],
    [
      'an amount without a currency',
      put('<cbc:PriceAmount currencyID="CNY">', '<cbc:PriceAmount>'),
      '/Invoice/InvoiceLine/Price/PriceAmount',
    ],
    [
      'an amount of another currency',
      put('<cbc:PriceAmount currencyID="CNY">', '<cbc:PriceAmount currencyID="USD">'),
      '/Invoice/InvoiceLine/Price/PriceAmount',
    ],
    [
      'a unit that nobody counts in here',
      put('unitCode="C62">4<', 'unitCode="XSA">4<'),
      '/Invoice/InvoiceLine/InvoicedQuantity',
    ],
    [
      'a line that names no line of the order',
      bill.replace(/<cac:OrderLineReference>.*?<\/cac:OrderLineReference>/s, ''),
      '/Invoice/InvoiceLine',
    ],
    ['a tax that is not the sum of its parts', taxed('6.09'), '/Invoice/TaxTotal'],
    [
      'a line of another order, which has a line of that number too',
      put(LINE, `${LINE}${OTHER_ORDER}`),
      '/Invoice/InvoiceLine/OrderLineReference/OrderReference',
    ],
    [
      'a delivery of a line of another order',
      put(LINE, `${LINE}${OTHER_ORDER}`, despatch),
      '/DespatchAdvice/DespatchLine/OrderLineReference/OrderReference',
    ],
    [
      'a delivery for two orders',
      put('<cac:DespatchSupplierParty>', `${OTHER_ORDER}<cac:DespatchSupplierParty>`, despatch),
      '/DespatchAdvice/OrderReference[2]',
    ],
    [
      'a delivery of two lines in one',
      put(`</cac:OrderLineReference>`, `</cac:OrderLineReference>${OTHER_LINE}`, despatch),
      '/DespatchAdvice/DespatchLine',
    ],
    ['a credit note among invoices', put('>380<', '>381<'), '/Invoice/InvoiceTypeCode'],
    ['an order that is not named', bill.replace(/<cac:OrderReference>.*?<\/cac:OrderReference>/s, ''), '/Invoice'],
    ['a number of 61 letters', put('>N-1<', `>${'N'.repeat(61)}<`), '/Invoice/ID'],
    ['an answer that is none', put('>CA<', '>constructor<', response), '/OrderResponse/OrderResponseCode'],
    [
      'two lots in one line',
      put('</cac:Item>', '<cac:ItemInstance/></cac:Item>', despatch),
      '/DespatchAdvice/DespatchLine/Item/ItemInstance[2]',
    ],
    ['half a gram', put('100.000', '100.0005', despatch), '/DespatchAdvice/DespatchLine/DeliveredQuantity'],
  ])('%s', (_, text, path) => {
    expect(refusal(text)).toMatchObject({ path });
  });
});

describe('the Order that we write', () => {
  const ours: SupplierOrder = {
    orderId: '0192',
    account: 'flour-mill',
    storeId: 's',
    storeName: 'Store',
    supplierName: 'Mill',
    currency: 'CNY',
    orderedAt: head.at,
    deliverOn: '2026-12-01',
    note: null,
    total: 51_200,
    lines: [{ line: 1, code: 'F', name: 'Flour', packs: 4, pack: { quantity: 25_000, unit: 'GRAM' }, price: 12_800 }],
  };

  test('is what a supplier reads, who has never seen our code', () => {
    expect(readOrder(orderDocument(ours, 'DineGraph'))).toEqual({
      id: '0192',
      buyer: 'DineGraph',
      place: 'Store',
      currency: 'CNY',
      lines: [{ line: 1, code: 'F', name: 'Flour', packs: 4, pack: 25_000, unit: 'GRM', price: 12_800 }],
    });
  });

  test('says what people wrote, whatever they wrote, and nothing that XML forbids', () => {
    const odd = '</cbc:Name><x>&amp;&#0;]]>"\'\u0000\u0008\ud800\ufffe 面粉 🍞\r\n';
    const text = orderDocument({ ...ours, storeName: odd, note: odd }, odd);
    const root = readXml(Buffer.from(text));
    const note = root.children.find(({ name }) => name === 'Note');
    expect(note?.text).toBe('</cbc:Name><x>&amp;&#0;]]>"\' 面粉 🍞\r\n');
    expect(note?.children).toEqual([]);
  });

  test('names money to the fen, also where a currency has no fen', () => {
    expect(orderDocument(ours, 'B')).toContain('<cbc:PriceAmount currencyID="CNY">128.00</cbc:PriceAmount>');
    expect(orderDocument({ ...ours, currency: 'JPY' }, 'B')).toContain('currencyID="JPY">12800<');
  });
});
