/** A line of an order in the mill's books; quantities in packs, money in minor units. */
export interface MillLine {
  line: number;
  code: string;
  name: string;
  packs: number;
  /** What is in a pack, and the code of its unit. */
  pack: number;
  unit: string;
  price: number;
  /** What the mill has said that it will send; null until it has. */
  confirmed: number | null;
  shipped: number;
  billed: number;
}

/** An order in the mill's books. */
export interface MillOrder {
  /** The buyer's number. */
  id: string;
  /** The mill's own. */
  reference: string;
  buyer: string;
  place: string;
  currency: string;
  /** A digest of what was ordered, to compare a repeat with. */
  digest: string;
  lines: MillLine[];
  /** How often the order came. */
  times: number;
}

/** All of its books. */
export interface World {
  orders: MillOrder[];
  /** The number of the document that it wrote last. */
  last: number;
}

/** A refusal in the mill's own shape. */
export class MillError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
