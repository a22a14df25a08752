import { SaxesParser } from 'saxes';
import { MillError, type MillLine } from './world.ts';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd:';

/** The elements of an Order in their sequence, as far as the mill knows them. */
const SEQUENCE = [
  ...['UBLVersionID', 'CustomizationID', 'ProfileID', 'ID', 'IssueDate', 'IssueTime', 'Note', 'DocumentCurrencyCode'],
  ...['LineCountNumeric', 'BuyerCustomerParty', 'SellerSupplierParty', 'Delivery', 'AnticipatedMonetaryTotal'],
  'OrderLine',
];

/** What an Order says. */
export interface ReadOrder {
  id: string;
  buyer: string;
  place: string;
  currency: string;
  lines: Pick<MillLine, 'line' | 'code' | 'name' | 'packs' | 'pack' | 'unit' | 'price'>[];
}

/** The values of some part of a document by their paths, such as `Price/PriceAmount`, and those of attributes by `path@name`. */
type Values = Map<string, string>;

/** Reads an Order, and refuses one that a supplier could not work with: 400 for what is no XML, 422 for the rest. */
export function readOrder(text: string): ReadOrder {
  const { head, lines, sequence } = valuesIn(text);
  const wrong = (what: string) => new MillError(422, 'INVALID_ORDER', what);
  const positions = sequence.map((name) => SEQUENCE.indexOf(name));
  if (positions.includes(-1)) throw wrong(`unknown element ${sequence[positions.indexOf(-1)]}`);
  if (positions.some((position, index) => position < (positions[index - 1] ?? 0)))
    throw wrong('elements out of sequence');
  const get = (values: Values, path: string) => {
    const value = values.get(path);
    if (!value) throw wrong(`${path} is missing`);
    return value;
  };
  if (!/^\d{4}-\d\d-\d\d$/.test(get(head, 'IssueDate'))) throw wrong('IssueDate');
  if (Number(get(head, 'LineCountNumeric')) !== lines.length || lines.length === 0) throw wrong('LineCountNumeric');
  const currency = get(head, 'DocumentCurrencyCode');
  const fen = (values: Values, path: string) => {
    if (get(values, `${path}@currencyID`) !== currency) throw wrong(`${path}@currencyID`);
    const [, whole, fraction] = /^(\d+)\.(\d\d)$/.exec(get(values, path)) ?? [];
    if (whole === undefined) throw wrong(path);
    return Number(`${whole}${fraction}`);
  };
  const read = lines.map((values) => {
    const at = (path: string) => get(values, `LineItem/${path}`);
    if (at('Quantity@unitCode') !== 'C62') throw wrong('Quantity@unitCode');
    const line = {
      line: Number(at('ID')),
      code: at('Item/SellersItemIdentification/ID'),
      name: at('Item/Name'),
      packs: Number(at('Quantity')),
      pack: Number(at('Item/PackQuantity')),
      unit: at('Item/PackQuantity@unitCode'),
      price: fen(values, 'LineItem/Price/PriceAmount'),
    };
    if (!(line.packs >= 1) || fen(values, 'LineItem/LineExtensionAmount') !== line.packs * line.price)
      throw wrong('LineExtensionAmount');
    return line;
  });
  const total = read.reduce((sum, { packs, price }) => sum + packs * price, 0);
  if (fen(head, 'AnticipatedMonetaryTotal/PayableAmount') !== total) throw wrong('PayableAmount');
  const buyer = get(head, 'BuyerCustomerParty/Party/PartyName/Name');
  get(head, 'SellerSupplierParty/Party/PartyName/Name');
  return { id: get(head, 'ID'), buyer, place: get(head, 'Delivery/DeliveryLocation/Name'), currency, lines: read };
}

function valuesIn(text: string): { head: Values; lines: Values[]; sequence: string[] } {
  const head: Values = new Map();
  const lines: Values[] = [];
  const sequence: string[] = [];
  const open: string[] = [];
  let written = '';
  const parser = new SaxesParser({ xmlns: true });
  const within = () => {
    const isLine = open[1] === 'OrderLine';
    return { into: isLine ? (lines.at(-1) ?? head) : head, path: open.slice(isLine ? 2 : 1).join('/') };
  };
  parser.on('error', ({ message }) => {
    throw new MillError(400, 'NOT_XML', message);
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const expected = open.length === 0 ? `${UBL}Order-2` : `${UBL}Common`;
    if (!uri.startsWith(expected)) throw new MillError(422, 'INVALID_ORDER', `${local} is of another namespace`);
    open.push(local);
    if (open.length === 2) sequence.push(local);
    if (open.length === 2 && local === 'OrderLine') lines.push(new Map());
    const { into, path } = within();
    for (const { name, value } of Object.values(attributes)) into.set(`${path}@${name}`, value);
    written = '';
  });
  parser.on('text', (more) => {
    written += more;
  });
  parser.on('closetag', () => {
    const { into, path } = within();
    if (written.trim()) into.set(path, written.trim());
    written = '';
    open.pop();
  });
  parser.write(text).close();
  return { head, lines, sequence };
}
