import { port } from '../../kernel/ports.ts';

/** What lies on a scale. */
export interface Weighed {
  outcome: 'weighed';
  /** Whole grams, more than 0. */
  grams: number;
  /** Whether a tare was taken off. */
  net: boolean;
}

/**
 * Why nothing was weighed: it did not come to rest, lay beyond what the scale can carry, was nothing or less than nothing;
 * nothing came from the scale, or nothing that could be read.
 */
export type WeighingProblem = 'UNSTABLE' | 'OVERLOADED' | 'EMPTY' | 'SILENT' | 'STRANGE';

/** Nothing was weighed. */
export interface NotWeighed {
  outcome: 'refused';
  problem: WeighingProblem;
}

/** Reads scales of one kind. A plug-in provides it under the name that `setScale(driver:)` bears. Reading changes nothing. */
export interface ScaleDriver {
  /** Why no such scale can be at an address, as a sentence for whoever set it; null when it can. */
  refusal(address: string): Promise<string | null>;
  /** What lies on the scale from now on, once it is stable; waits for that so many milliseconds. */
  weigh(address: string, patience: number): Promise<Weighed | NotWeighed>;
}

/** The port of scales. */
export const ScaleDriver = port<ScaleDriver>('ScaleDriver');
/** What is to be put on paper. */
export interface PrintRequest {
  /** Our own number of the print job. */
  jobId: string;
  /**
   * Which sheet of the job: 0 is the first one, 1 and on are copies, and say so at their heads. The job and this number
   * together name one sheet of paper for ever: a sheet that may be on paper is never asked for again, only the next copy.
   */
  copy: number;
  /** Where the printer is reached; its form is the driver's. */
  address: string;
  /** receiptline markup, which ends with a cut. Texts in it are escaped. */
  content: string;
  /** How many letters of half width a line has: 32 on paper of 58 mm, 48 on 80 mm. */
  columns: 32 | 48;
  /** Whether the cash drawer opens with it. */
  openDrawer: boolean;
}

/** Why a printer does not print; each ends when somebody sees to the printer. */
export type PrinterProblem =
  /** The paper ran out. */
  | 'PAPER_OUT'
  /** The cover is open. */
  | 'COVER_OPEN'
  /** Nobody answers there, or no printer does. */
  | 'OFFLINE'
  /** Somebody else is printing. */
  | 'BUSY'
  /** It says that something else is wrong with it, such as a jammed cutter. */
  | 'FAULT';

/** It is on paper, the printer says. */
export interface Printed {
  outcome: 'printed';
  /** Whether the paper will run out soon. */
  paperLow: boolean;
}

/** Nothing reached the paper, and nothing will of this call. */
export interface NotPrinted {
  outcome: 'not-printed';
  problem: PrinterProblem;
}

/** It was sent, in part at least, and nobody knows what came of it; `problem` is what the printer has now. */
export interface Unconfirmed {
  outcome: 'unknown';
  problem: PrinterProblem;
}

/** What came of a print. */
export type PrintResult = Printed | NotPrinted | Unconfirmed;

/** How a printer is. */
export interface PrinterStatus {
  /** Null when it would print. */
  problem: PrinterProblem | null;
  paperLow: boolean;
}

/**
 * Prints. A plug-in provides it under the name that `setPrinter(driver:)` bears.
 *
 * A call of `print` that throws, or takes longer than 27 seconds, has an unknown outcome, as one that says so. Devices
 * prints one sheet at a time at each of its printers; two printers of one address may still meet there, and one is BUSY.
 */
export interface PrinterDriver {
  /** Why printers cannot be at an address, as a sentence for whoever set it; null when they can. */
  refusal(address: string): Promise<string | null>;
  /** Puts one sheet on paper. */
  print(request: PrintRequest): Promise<PrintResult>;
  /** How a printer is, without printing anything. */
  status(address: string): Promise<PrinterStatus>;
}

/** The port of printer drivers. */
export const PrinterDriver = port<PrinterDriver>('PrinterDriver');
