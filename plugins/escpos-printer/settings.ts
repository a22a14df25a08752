import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** What the environment says, behind ESCPOS_PRINTER. */
export const settings = z.object({
  /** Whether printers of our own stand by at the host `simulator`: never in production. */
  simulator: z.stringbool().default(false),
  /** The ports that printers may be at: 9100-9109,6001. */
  ports: z.string().default('9100-9109').transform(portsIn),
  /** Networks that printers may be in although they are refused otherwise, such as 127.0.0.0/8. */
  networks: z.string().default('').transform(networksIn),
  /** How long a printer may take until it has said how it is, in seconds. */
  answerSeconds: z.coerce.number().min(0.1).max(5).default(4),
  /** How long a sheet may take until the printer has said that it is printed, in seconds, and more by the length of it. */
  confirmSeconds: z.coerce.number().min(0.1).max(11).default(10),
});
export type EscposSettings = z.infer<typeof settings>;

/** From and to, both among them. */
type PortRange = readonly [number, number];

function portsIn(text: string, context: z.RefinementCtx): readonly PortRange[] {
  return text.split(',').map((part) => {
    const [, from = '', to = from] = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(part) ?? [];
    if (from === '' || Number(from) < 1 || Number(to) > 65_535 || Number(from) > Number(to))
      context.addIssue({ code: 'custom', message: 'expected ports like 9100-9109,6001' });
    return [Number(from), Number(to)];
  });
}

function networksIn(text: string, context: z.RefinementCtx): BlockList {
  const networks = new BlockList();
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [address = '', prefix = ''] = part.trim().split('/');
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = kind === 'ipv6' ? 128 : 32;
    if (isIP(address) === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > most)
      context.addIssue({ code: 'custom', message: 'expected networks like 127.0.0.0/8,fe80::/10' });
    else networks.addSubnet(address, Number(prefix), kind);
  }
  return networks;
}
