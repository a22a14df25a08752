import { toMajor } from '../../kernel/money.ts';
import type { OrderedLine, SupplierOrder } from '../../subgraphs/inventory/ports.ts';
import { documentNamespace, namespaces } from './structure.ts';
import { documentText, element, type Written } from './xml/writing.ts';

/** The codes of UN/ECE Recommendation 20 for what stores count in. */
const unitCodes = { GRAM: 'GRM', MILLILITRE: 'MLT', PIECE: 'C62' } as const;

const PACKS = { unitCode: 'C62' };

const cbc = (name: string, text: string, attributes: Record<string, string> = {}) =>
  element(`cbc:${name}`, attributes, text);
const cac = (name: string, ...content: (Written | null)[]) => element(`cac:${name}`, {}, content);

/** An order as a UBL 2.1 Order; its elements stand in the sequence that the schema asks for. `buyer` is who we are. */
export function orderDocument(order: SupplierOrder, buyer: string): string {
  const { orderId, currency, orderedAt, deliverOn, note, lines, total } = order;
  const [day = '', time = ''] = new Date(orderedAt).toISOString().split(/[T.]/);
  const amount = (name: string, minor: number) => cbc(name, toMajor(minor, currency), { currencyID: currency });
  const attributes = {
    xmlns: documentNamespace('Order'),
    'xmlns:cac': namespaces.cac,
    'xmlns:cbc': namespaces.cbc,
  };
  return documentText(
    element('Order', attributes, [
      cbc('UBLVersionID', '2.1'),
      cbc('ID', orderId),
      cbc('IssueDate', day),
      cbc('IssueTime', `${time}Z`),
      note ? cbc('Note', note) : null,
      cbc('DocumentCurrencyCode', currency),
      cbc('LineCountNumeric', String(lines.length)),
      cac('BuyerCustomerParty', cac('Party', cac('PartyName', cbc('Name', buyer)))),
      cac('SellerSupplierParty', cac('Party', cac('PartyName', cbc('Name', order.supplierName)))),
      cac(
        'Delivery',
        cac('DeliveryLocation', cbc('ID', order.storeId), cbc('Name', order.storeName)),
        deliverOn ? cac('RequestedDeliveryPeriod', cbc('StartDate', deliverOn), cbc('EndDate', deliverOn)) : null,
      ),
      cac('AnticipatedMonetaryTotal', amount('LineExtensionAmount', total), amount('PayableAmount', total)),
      ...lines.map((line) => cac('OrderLine', lineItem(line, amount))),
    ]),
  );
}

function lineItem(
  { line, code, name, packs, pack, price }: OrderedLine,
  amount: (name: string, minor: number) => Written,
): Written {
  return cac(
    'LineItem',
    cbc('ID', String(line)),
    cbc('Quantity', String(packs), PACKS),
    amount('LineExtensionAmount', packs * price),
    cac('Price', amount('PriceAmount', price), cbc('BaseQuantity', '1', PACKS)),
    cac(
      'Item',
      cbc('PackQuantity', String(pack.quantity), { unitCode: unitCodes[pack.unit] }),
      cbc('Name', name),
      cac('SellersItemIdentification', cbc('ID', code)),
    ),
  );
}
