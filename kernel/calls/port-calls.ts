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
  if (!found || !hasMethod(found.implementation, method)) return undefined;
  const { implementation } = found;
  return (args) => Reflect.apply(Reflect.get(implementation, method), implementation, args);
}

/** Whether an object or one of its classes has a function, and not as every object has it. */
function hasMethod(object: object, name: string): boolean {
  if (name === 'constructor') return false;
  for (let at: object | null = object; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    const own = Object.getOwnPropertyDescriptor(at, name);
    if (own) return typeof own.value === 'function';
  }
  return false;
}
