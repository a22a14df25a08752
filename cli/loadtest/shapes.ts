import { CommandFailure } from '../import/refusal.ts';
import { sqliteTables, type Tables } from '../replay/check/tables.ts';
import { startPrivateProduct } from '../replay/private-product.ts';

/** A product that has been started for a load test; all of it is gone when it is disposed of. */
export interface StartedProduct extends AsyncDisposable {
  /** Where its gateway answers. */
  url: string;
  /** Its processes, to see what memory they take. */
  processes: readonly { name: string; pid: number }[];
  /** Opens the databases of its modules for the checker. */
  openTables(): Promise<Tables>;
}

/** A way to run the product. */
export interface Shape {
  /** For the line that says what is measured. */
  description: string;
  /** Starts a product with nothing in it but headquarters' account. Throws a CommandFailure when it cannot. */
  start(): Promise<StartedProduct>;
}

const embedded: Shape = {
  description: 'one process on SQLite',
  async start() {
    const product = await startPrivateProduct();
    return {
      url: product.url,
      processes: [{ name: 'product', pid: product.pid }],
      openTables: async () => sqliteTables(product.dataDir),
      [Symbol.asyncDispose]: () => product[Symbol.asyncDispose](),
    };
  },
};

const split: Shape = {
  description: 'many processes on MySQL, RabbitMQ and Redis',
  async start() {
    throw new CommandFailure('--shape split is not available yet');
  },
};

/** Every way to run the product, by the name that --shape takes. */
export const shapes = { embedded, split };

export type ShapeName = keyof typeof shapes;
