/** Why a message is refused: an HTTP status, a code, a sentence, and where in the document. */
export class Refusal extends Error {
  readonly status: number;
  /** Such as NOT_XML. */
  readonly code: string;
  /** Such as `/Invoice/InvoiceLine[2]/Price/PriceAmount`; null when it is not about a place. */
  readonly path: string | null;

  constructor(status: number, code: string, message: string, path: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.path = path;
  }
}

/** Refuses a document for what stands at a place. */
export function invalid(path: string, problem: string): Refusal {
  return new Refusal(422, 'INVALID_DOCUMENT', problem, path);
}
