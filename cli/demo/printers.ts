import { GraphFailure } from '../client.ts';

/** Runs a mutation of one input, with a key of the demonstration's own. */
type Write = (
  field: string,
  type: string,
  key: string | null,
  input: object,
  select: string,
) => Promise<{ id: string }>;

/** What says that the demonstration's printers are not there: their plug-in was left out, or has no simulator. */
const ABSENT = ['PRINTER_DRIVER_UNKNOWN', 'PRINTER_ADDRESS_REFUSED'];

/**
 * Sets up the demonstration's printers, at the simulator of escpos-printer: receipts come out at the counter, which the
 * kitchen's printer takes over for, slips where they are made. Where there is no simulator, print jobs wait.
 */
export async function setPrinters(write: Write, storeId: string, hotId: string, barId: string): Promise<void> {
  const set = (key: string, input: object) =>
    write('setPrinter', 'SetPrinterInput', key, { storeId, driver: 'escpos', ...input }, 'id');
  try {
    const kitchen = await set('kitchen', { name: '热厨 Hot kitchen', address: 'simulator:9102', stationIds: [hotId] });
    const { id: takeoverId } = kitchen;
    await set('bar', {
      name: '水吧 Bar',
      address: 'simulator:9101',
      paperWidth: 58,
      stationIds: [barId],
      takeoverId,
    });
    await set('counter', {
      name: '前台 Counter',
      address: 'simulator:9100',
      printsReceipts: true,
      drawerFor: ['cash'],
      takeoverId,
    });
  } catch (error) {
    if (!(error instanceof GraphFailure && ABSENT.includes(error.code))) throw error;
  }
}
