import type { Provided } from '../ports.ts';
import type { RunningModule } from '../set-up.ts';

/** A method of an implementation of a port, ready to be called. */
export type PortMethod = (args: readonly unknown[]) => unknown;

/** An implementation of a port among this process's own modules. */
export function provided(modules: Iterable<RunningModule>, token: string, name: string): Provided | undefined {
  return [...modules]
    .flatMap(({ parts }) => parts.provides ?? [])
    .find((one: Provided) => one.token.name === token && one.name === name);
}

/** Finds what a call to a port means, among the implementations of this process's own modules. */
export function portMethod(
  modules: Iterable<RunningModule>,
  token: string,
  name: string,
  method: string,
): PortMethod | undefined {
  const found = provided(modules, token, name);
  const own = found && methodOf(found.implementation, method);
  return own && ((args) => Reflect.apply(own, found.implementation, args));
}

/** A function that an object or one of its classes has, not one that every object has. */
function methodOf(object: object, name: string): ((...args: unknown[]) => unknown) | undefined {
  if (name === 'constructor') return undefined;
  for (let at: object | null = object; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    const own = Object.getOwnPropertyDescriptor(at, name);
    if (own) return typeof own.value === 'function' ? own.value : undefined;
  }
  return undefined;
}
