import type { MillLine, MillOrder } from './world.ts';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd:';

/** What every document of the mill's bears. */
export interface Head {
  number: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Some packs of a line, of one lot or none. */
export interface Part {
  line: MillLine;
  packs: number;
  lot?: string;
  /** YYYY-MM-DD. */
  bestBefore?: string;
  /** Of one pack, in minor units. */
  price?: number;
  note?: string;
}

/** What the mill says to an order; `code` is AP, RE, CA or AB. */
export function orderResponse(head: Head, order: MillOrder, code: string, parts: Part[], note = ''): string {
  const lines = parts.map(
    ({ line, packs, note: why }) => `<cac:OrderLine><cac:LineItem><cbc:ID>${line.line}</cbc:ID>
${why ? `<cbc:Note>${escaped(why)}</cbc:Note>` : ''}<cbc:LineStatusCode>${statusOf(line, packs)}</cbc:LineStatusCode>
<cbc:Quantity unitCode="C62">${packs}</cbc:Quantity>${item(line)}</cac:LineItem></cac:OrderLine>`,
  );
  return wrapped(
    'OrderResponse',
    `${start(head)}<cbc:OrderResponseCode>${code}</cbc:OrderResponseCode>${note ? `<cbc:Note>${escaped(note)}</cbc:Note>` : ''}
<cbc:DocumentCurrencyCode>${order.currency}</cbc:DocumentCurrencyCode>${reference(order)}
${party('SellerSupplierParty', 'Flour mill')}${party('BuyerCustomerParty', order.buyer)}${lines.join('')}`,
  );
}

const statusOf = ({ packs: ordered }: MillLine, packs: number) => (packs === 0 ? 7 : packs === ordered ? 5 : 3);

/** What the mill has sent, a line for each lot; what is weighed it tells in kilograms, what is measured in litres. */
export function despatchAdvice(head: Head, order: MillOrder, parts: Part[]): string {
  const lines = parts.map(({ line, packs, lot = '', bestBefore = '' }, index) => {
    const [unit, quantity] = delivered(line, packs);
    return `<cac:DespatchLine><cbc:ID>${index + 1}</cbc:ID>
<cbc:DeliveredQuantity unitCode="${unit}">${quantity}</cbc:DeliveredQuantity>
<cac:OrderLineReference><cbc:LineID>${line.line}</cbc:LineID></cac:OrderLineReference>
${item(
  line,
  `<cac:ItemInstance><cbc:BestBeforeDate>${bestBefore}</cbc:BestBeforeDate><cac:LotIdentification>
<cbc:LotNumberID>${escaped(lot)}</cbc:LotNumberID></cac:LotIdentification></cac:ItemInstance>`,
)}</cac:DespatchLine>`;
  });
  return wrapped(
    'DespatchAdvice',
    `${start(head)}${reference(order)}${party('DespatchSupplierParty', 'Flour mill')}
${party('DeliveryCustomerParty', order.buyer)}${lines.join('')}`,
  );
}

function delivered({ pack, unit }: MillLine, packs: number): [unit: string, quantity: string] {
  const larger = { GRM: 'KGM', MLT: 'LTR' }[unit];
  return larger ? [larger, ((packs * pack) / 1000).toFixed(3)] : ['C62', String(packs)];
}

/** What the mill wants to be paid, with 9 % of tax on it. */
export function invoice(head: Head, { currency, ...order }: MillOrder, parts: Part[]): string {
  const money = (name: string, fen: number) =>
    `<cbc:${name} currencyID="${currency}">${(fen / 100).toFixed(2)}</cbc:${name}>`;
  const costs = parts.map(({ line, packs, price = line.price }) => packs * price);
  const net = costs.reduce((sum, cost) => sum + cost, 0);
  const tax = Math.round(net * 0.09);
  const lines = parts.map(
    ({ line, packs, price = line.price }, index) => `<cac:InvoiceLine><cbc:ID>${index + 1}</cbc:ID>
<cbc:InvoicedQuantity unitCode="C62">${packs}</cbc:InvoicedQuantity>${money('LineExtensionAmount', packs * price)}
<cac:OrderLineReference><cbc:LineID>${line.line}</cbc:LineID></cac:OrderLineReference>${item(line)}
<cac:Price>${money('PriceAmount', price)}<cbc:BaseQuantity unitCode="C62">1</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>`,
  );
  return wrapped(
    'Invoice',
    `${start(head)}<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>${reference({ ...order, currency })}
${party('AccountingSupplierParty', 'Flour mill')}${party('AccountingCustomerParty', order.buyer)}
<cac:TaxTotal>${money('TaxAmount', tax)}</cac:TaxTotal><cac:LegalMonetaryTotal>${money('LineExtensionAmount', net)}
${money('TaxExclusiveAmount', net)}${money('TaxInclusiveAmount', net + tax)}${money('PayableAmount', net + tax)}
</cac:LegalMonetaryTotal>${lines.join('')}`,
  );
}

function wrapped(name: string, inner: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<${name} xmlns="${UBL}${name}-2" xmlns:cac="${UBL}CommonAggregateComponents-2" xmlns:cbc="${UBL}CommonBasicComponents-2">
${inner}</${name}>`;
}

function start({ number, at }: Head): string {
  const [day, time] = new Date(at).toISOString().split('T');
  return `<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ID>${number}</cbc:ID><cbc:IssueDate>${day}</cbc:IssueDate>
<cbc:IssueTime>${time}</cbc:IssueTime>`;
}

const reference = ({ id, reference: own }: MillOrder) =>
  `<cac:OrderReference><cbc:ID>${escaped(id)}</cbc:ID><cbc:SalesOrderID>${own}</cbc:SalesOrderID></cac:OrderReference>`;

const party = (role: string, name: string) =>
  `<cac:${role}><cac:Party><cac:PartyName><cbc:Name>${escaped(name)}</cbc:Name></cac:PartyName></cac:Party></cac:${role}>`;

const item = ({ name, code }: MillLine, more = '') => `<cac:Item><cbc:Name>${escaped(name)}</cbc:Name>
<cac:SellersItemIdentification><cbc:ID>${escaped(code)}</cbc:ID></cac:SellersItemIdentification>${more}</cac:Item>`;

/** Text that is safe in XML and HTML. */
export const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
