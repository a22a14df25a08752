import { CommandFailure } from '../import/refusal.ts';
import type { Tables } from '../replay/check/tables.ts';
import { startEmbedded } from './embedded.ts';
import { startSplit } from './split.ts';

/** A product that nobody else uses, with data of its own; all of it is gone when it is disposed of. */
export interface PrivateProduct extends AsyncDisposable {
  /** Where its gateway answers. */
  readonly url: string;
  /** Its processes, to see what memory they take. */
  readonly processes: readonly { name: string; pid: number }[];
  /** Opens the databases of its modules for a checker. */
  openTables(): Promise<Tables>;
}

/** A way to run a product. */
interface Kind {
  /** For the line that says what is measured. */
  description: string;
  /** Starts a product with nothing in it but headquarters' account. Throws a CommandFailure when it cannot. */
  start(): Promise<PrivateProduct>;
}

/** Every way to run a product, by the name that --shape takes. */
export const privateProducts = {
  embedded: { description: 'one process on SQLite', start: startEmbedded },
  split: { description: 'eight processes on MySQL, RabbitMQ and Redis', start: startSplit },
} satisfies Record<string, Kind>;

export type ProductShape = keyof typeof privateProducts;

/** Reads --shape. Throws a CommandFailure for a shape that there is not. */
export function shapeNamed(name: string): ProductShape {
  if (Object.hasOwn(privateProducts, name)) return name as ProductShape;
  throw new CommandFailure(`--shape is ${Object.keys(privateProducts).join(' or ')}`);
}
