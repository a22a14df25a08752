import { assertOutsideTransaction } from './database/transaction-guard.ts';

/**
 * Names an interface that plug-ins implement; `T` is the interface. Every member is a function that answers a promise.
 * Its implementation may be in another process, so what it takes and answers are JSON values: no dates, maps, functions
 * or bytes; `undefined` arrives as null, and is left out of an object.
 */
export interface PortToken<T> {
  readonly name: string;
  /** Whether it only looks something up: another process that does not answer is soon given up, and another one asked. */
  readonly looksUp: boolean;
  /** Carries the type only; never set. */
  readonly type?: T;
}

/** Declares a port: `export const PaymentProvider = port<PaymentProvider>('PaymentProvider')`. */
export function port<T>(name: string, { looksUp = false } = {}): PortToken<T> {
  return { name, looksUp };
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

/** An implementation that a module declares, here or in another process. */
interface Entry {
  implementation: object;
  /** Whether its module provides it after all: a setting may have switched it off. */
  provided(): Promise<boolean>;
}

const always = async () => true;

/** Every implementation of every port of the product. */
export class PortRegistry {
  /** By the names of token and implementation: another process has tokens of its own. */
  readonly #byToken = new Map<string, Map<string, Entry>>();

  /** Takes in an implementation; a second one of the same name is a mistake of the product's lists. */
  add({ token, name, implementation }: Provided, provided: Entry['provided'] = always): void {
    const known = this.#byToken.get(token.name) ?? new Map<string, Entry>();
    if (known.has(name)) throw new Error(`${token.name} "${name}" is provided twice`);
    known.set(name, { implementation: guarded(implementation), provided });
    this.#byToken.set(token.name, known);
  }

  /** The implementation of a name; undefined when none is provided. Rejects when its process cannot be asked. */
  async find<T>(token: PortToken<T>, name: string): Promise<T | undefined> {
    const entry = this.#byToken.get(token.name)?.get(name);
    return entry && (await entry.provided()) ? (entry.implementation as T) : undefined;
  }

  /** The only implementation of a port that has one for the whole product. */
  only<T>(token: PortToken<T>): T | undefined {
    const [entry] = this.#byToken.get(token.name)?.values() ?? [];
    return entry?.implementation as T | undefined;
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
