import { assertOutsideTransaction } from './database/transaction-guard.ts';

/**
 * Names an interface that plug-ins implement; `T` is the interface. Every member is a function that answers a promise.
 * Its implementation may be in another process, so what it takes and answers are JSON values: no dates, maps, functions
 * or bytes; `undefined` arrives as null, and is left out of an object.
 */
export interface PortToken<T> {
  readonly name: string;
  /** Carries the type only; never set. */
  readonly type?: T;
}

/** Declares a port: `export const PaymentProvider = port<PaymentProvider>('PaymentProvider')`. */
export function port<T>(name: string): PortToken<T> {
  return { name };
}

/** That a module implements a port, and the name the implementation is reached by. */
export interface Offer {
  readonly token: PortToken<unknown>;
  readonly name: string;
}

/** One implementation of a port. */
export interface Provided extends Offer {
  readonly implementation: object;
}

/** What a module's declaration lists: `offer(PaymentProvider, 'wechat')`. */
export function offer(token: PortToken<unknown>, name: string): Offer {
  return { token, name };
}

/** What a module's `provides` lists: `provide(PaymentProvider, 'wechat', implementation)`. */
export function provide<T extends object>(token: PortToken<T>, name: string, implementation: T): Provided {
  return { token, name, implementation };
}

/** Every implementation of every port of the running modules. */
export class PortRegistry {
  readonly #byToken = new Map<PortToken<unknown>, Map<string, object>>();

  /** Takes in an implementation; a second one of the same name is a mistake of the product's lists. */
  add({ token, name, implementation }: Provided): void {
    const known = this.#byToken.get(token) ?? new Map<string, object>();
    if (known.has(name)) throw new Error(`${token.name} "${name}" is provided twice`);
    known.set(name, guarded(implementation));
    this.#byToken.set(token, known);
  }

  get<T>(token: PortToken<T>): ReadonlyMap<string, T> {
    return (this.#byToken.get(token) ?? new Map()) as ReadonlyMap<string, T>;
  }
}

/** A port may call out of the process, so none may be called while a transaction is open. */
function guarded(implementation: object): object {
  return new Proxy(implementation, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        assertOutsideTransaction(`calling ${String(key)} of a port`);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
