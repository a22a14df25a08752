import { SECOND } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { PrinterDriver, PrinterProblem, PrinterStatus, PrintResult } from '../../subgraphs/devices/ports.ts';
import { type Network, Refused } from './address.ts';
import { type Conversation, converse, HungUp } from './conversation.ts';
import type { EscposSettings } from './settings.ts';
import { sheetOf } from './sheet.ts';
import { ask, isConfirmation, isLow, isLowIn, isOutIn, isStatus, problemIn } from './status.ts';

/** What the driver works with. */
export interface DriverOptions {
  network: Network;
  settings: Pick<EscposSettings, 'answerSeconds' | 'confirmSeconds'>;
  log: Logger;
}

/** What a printer manages in a second at the least, in lines: 50 mm. */
const LINES = 13;
/** How long a sheet is waited for at the most, in seconds: devices gives up soon after. */
const LONGEST = 20;

/** How long a printer is asked what came in the way, in ms. */
const WHY = 1 * SECOND;

/**
 * ESC/POS over TCP. To have sent something is not to have printed it, so the printer is asked how it is before, and to say
 * when it has come to the end. Nothing is sent to one that does not answer.
 */
export function escposDriver({ network, settings, log }: DriverOptions): PrinterDriver {
  /** Addresses that this process is talking to: a printer talks to one at a time. */
  const talking = new Set<string>();
  const patience = () => AbortSignal.timeout(settings.answerSeconds * SECOND);
  const patienceFor = (sheet: Buffer) =>
    Math.round(Math.min(settings.confirmSeconds + linesIn(sheet) / LINES, LONGEST) * SECOND);

  /** Talks to a printer that is as it should be; else answers what its problem is. */
  async function talk<T>(
    address: string,
    otherwise: (problem: PrinterProblem) => T,
    work: (conversation: Conversation, status: PrinterStatus) => Promise<T>,
  ): Promise<T> {
    if (talking.has(address)) return otherwise('BUSY');
    talking.add(address);
    let conversation: Conversation | undefined;
    try {
      const limit = patience();
      conversation = await converse(await network.find(address), limit);
      const status = await statusBy(conversation, limit);
      if (status.problem === null) return await work(conversation, status);
      return otherwise(status.problem);
    } catch (error) {
      if (!(error instanceof HungUp)) log.debug({ error, address }, 'a printer does not answer');
      // One that closes the connection at once has another.
      return otherwise(error instanceof HungUp ? 'BUSY' : 'OFFLINE');
    } finally {
      await conversation?.close();
      talking.delete(address);
    }
  }

  return {
    async refusal(address) {
      try {
        await network.find(address);
        return null;
      } catch (error) {
        if (error instanceof Refused) return error.message;
        throw error;
      }
    },
    async print(request) {
      const bytes = sheetOf(request);
      return talk<PrintResult>(
        request.address,
        (problem) => ({ outcome: 'not-printed', problem }),
        async (conversation) => {
          conversation.send(bytes);
          try {
            const end = await conversation.answer(isConfirmation, AbortSignal.timeout(patienceFor(bytes)));
            if (isOutIn(end)) return { outcome: 'unknown', problem: 'PAPER_OUT' };
            return { outcome: 'printed', paperLow: isLowIn(end) };
          } catch {
            return { outcome: 'unknown', problem: await why(conversation) };
          }
        },
      );
    },
    status: (address) =>
      talk<PrinterStatus>(
        address,
        (problem) => ({ problem, paperLow: false }),
        async (_, status) => status,
      ),
  };
}

/** How many lines a sheet has, or more: pictures have bytes that look like the end of one. */
function linesIn(bytes: Buffer): number {
  return bytes.reduce((lines, byte) => lines + Number(byte === 0x0a), 0);
}

/** How a printer says that it is. */
async function statusBy(conversation: Conversation, limit: AbortSignal): Promise<PrinterStatus> {
  const answerTo = (n: 1 | 2 | 3 | 4) => {
    conversation.send(ask(n));
    return conversation.answer(isStatus, limit);
  };
  const answers = { 1: await answerTo(1), 2: await answerTo(2), 3: await answerTo(3), 4: await answerTo(4) };
  return { problem: problemIn(answers), paperLow: isLow(answers) };
}

/** What came in the way of a sheet: the printer may still say so itself. */
async function why(conversation: Conversation): Promise<PrinterProblem> {
  const offline = { problem: 'OFFLINE' as const };
  const { problem } = await statusBy(conversation, AbortSignal.timeout(WHY)).catch(() => offline);
  return problem ?? 'OFFLINE';
}
