import { commands, transform } from 'receiptline';
import type { PrintRequest } from '../../subgraphs/devices/ports.ts';

/** Opens the drawer at its first connector: ESC p 0, 50 ms on, 500 ms off. */
const DRAWER = Buffer.from([0x1b, 0x70, 0x00, 0x19, 0xfa]);

/**
 * ESC/POS as receiptline has it, without commands that stand in the markup. It ends with GS r 1, whose answer comes when
 * all before it has been printed, and not with a second cut: the markup cuts.
 */
const escpos = { ...commands.escpos, command: () => '', close: () => '\x1dr1' };

/** The bytes of a sheet, in GB18030. Its texts hold no control characters: one would be a command. */
export function sheetOf({
  content,
  columns,
  openDrawer,
}: Pick<PrintRequest, 'content' | 'columns' | 'openDrawer'>): Buffer {
  const letters = content.replace(/[^\P{Cc}\n]/gu, '');
  const bytes = transform(letters, { command: escpos, encoding: 'gb18030', cpl: columns, spacing: true });
  return Buffer.concat([...(openDrawer ? [DRAWER] : []), Buffer.from(bytes, 'latin1')]);
}
