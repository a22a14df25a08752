import { CodedError } from '../errors.ts';

/** Marks an answer in which the product itself refuses a call, apart from what a module's own route answers. */
export const REFUSED_HEADER = 'x-dinegraph-refused';

/** A call that is refused before anything is done. */
export class Refusal extends CodedError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

/** A call that no process of the product made, or not just now. */
export function unsigned(message: string): Refusal {
  return new Refusal(401, 'UNSIGNED_CALL', message);
}

/** The refusal as an answer: its status, and the error as JSON. */
export function refusalResponse({ status, message, extensions, code }: Refusal): Response {
  return Response.json({ errors: [{ message, extensions }] }, { status, headers: { [REFUSED_HEADER]: code } });
}
