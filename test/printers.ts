import { SECOND } from '../kernel/clock.ts';
import type { Sheet } from '../plugins/escpos-printer/simulator/paper.ts';
import type { SimulatedPrinter } from '../plugins/escpos-printer/simulator/printer.ts';
import { startPrinter } from '../plugins/escpos-printer/simulator/printer.ts';
import { codeOf, type House, startKitchen } from './kitchen.ts';
import { key } from './shop.ts';

/** Lets the product reach printers on this machine, and says how long it waits for them. */
export const printerEnvironment = {
  ESCPOS_PRINTER_NETWORKS: '127.0.0.0/8',
  ESCPOS_PRINTER_PORTS: '1-65535',
  ESCPOS_PRINTER_ANSWER_SECONDS: '2',
  ESCPOS_PRINTER_CONFIRM_SECONDS: '2',
};

/** A printer beside the product, with paper and a drawer of its own. */
export type Device = SimulatedPrinter & AsyncDisposable;

/** Switches a printer on that stands beside the product. */
export async function device(paperWidth: 58 | 80 = 80): Promise<Device> {
  const printer = await startPrinter('Printer', paperWidth);
  return Object.assign(printer, { [Symbol.asyncDispose]: () => printer.close() });
}

/** Where the product finds it. */
export const addressOf = (printer: SimulatedPrinter): string => `127.0.0.1:${printer.port()}`;

/** A print job as these tests select it. */
export interface Job {
  id: string;
  kind: string;
  state: string;
  tries: number;
  problem: string | null;
  copies: number;
  printedAt: string | null;
  printer: { name: string } | null;
}

const PRINTER = 'id name state troubleSince seenAt address stations { id } takeover { id } removedAt';
const JOBS = `query ($storeId: ID!, $orderId: ID) { printJobs(storeId: $storeId, orderId: $orderId) {
  edges { node { id kind state tries problem copies printedAt printer { name } } } } }`;

/** What is done about printers in a house, through the graph: by headquarters, unless a test says who. */
export function printRoom({ app, hq }: Pick<House, 'app' | 'hq'>) {
  const mutate = async (field: string, type: string, select: string, input: object, token = hq.token) => {
    const text = `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`;
    const answer = await app.graph(text, { input }, token);
    return codeOf(answer) ?? answer.data[field];
  };
  return {
    /** Sets a printer up, or the code of why not. */
    set: (storeId: string, printer: SimulatedPrinter | null, more: object = {}, token?: string) =>
      mutate(
        'setPrinter',
        'SetPrinterInput',
        PRINTER,
        {
          idempotencyKey: key(),
          storeId,
          name: 'Counter',
          driver: 'escpos',
          paperWidth: printer?.paperWidth ?? 80,
          ...(printer && { address: addressOf(printer) }),
          ...more,
        },
        token,
      ),
    remove: (id: string, token?: string) => mutate('removePrinter', 'RemovePrinterInput', PRINTER, { id }, token),
    reprint: (printJobId: string, token?: string, idempotencyKey = key()) =>
      mutate('reprint', 'ReprintInput', 'id state copies', { idempotencyKey, printJobId }, token),
    printTableCodes: (input: object, token?: string) =>
      mutate('printTableCodes', 'PrintTableCodesInput', 'id content order { id }', input, token),
    async printers(storeId: string) {
      const text = `query ($storeId: ID!) { printers(storeId: $storeId) { ${PRINTER} } }`;
      return (await app.ask(text, { storeId }, hq.token)).printers;
    },
    /** An order's print jobs, the oldest first, after all that can be printed now has been tried. */
    async jobs(storeId: string, orderId?: string): Promise<Job[]> {
      await app.settled();
      await app.runJob('devices.print');
      const { printJobs } = await app.ask(JOBS, { storeId, orderId }, hq.token);
      return printJobs.edges.map(({ node }: { node: Job }) => node).toReversed();
    },
  };
}

/** Whether a sheet says that it is a copy. */
export const isCopy = ({ lines }: Sheet): boolean => lines[0] === 'COPY';

/** A house whose printers stand beside it. */
export type PrintHouse = Awaited<ReturnType<typeof openPrintHouse>>;

/** Opens it. What is half an hour old is not worth printing there. */
export async function openPrintHouse() {
  const ample = { MEMBERS_ACCESS_MINUTES: '120', DEVICES_PRINT_WITHIN_MINUTES: '30' };
  const house = await startKitchen({ environment: { ...printerEnvironment, ...ample } });
  const room = printRoom(house);
  return {
    house,
    room,
    /** As much later as a printer is left alone that has trouble, or more. */
    later: (seconds = 6) => house.clock.advance(seconds * SECOND),
    /** A store whose receipts come out of a printer, and whose slips do not. */
    async storeWith(counter: SimulatedPrinter): Promise<{ storeId: string; id: string }> {
      const storeId = await house.newStore();
      const { id } = await room.set(storeId, counter, { printsReceipts: true });
      return { storeId, id };
    },
    /** Pays an order, and reads how its receipt stands. */
    async receiptIn(storeId: string) {
      const orderId = await house.paid(storeId, [{}]);
      return async () => (await room.jobs(storeId, orderId)).find(({ kind }) => kind === 'RECEIPT');
    },
  };
}
