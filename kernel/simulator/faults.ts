/** A fault that is switched on. */
interface Fault<Name> {
  name: Name;
  place: string;
  times: number;
}

/** What is to go wrong next at a platform that a plug-in simulates. */
export class FaultQueue<Name extends string> {
  #faults: Fault<Name>[] = [];

  /** Goes wrong so often, wherever the place (a path, a kind of message) holds this text. */
  add(name: Name, place = '', times = 1): void {
    this.#faults.push({ name, place, times });
  }

  /** What goes wrong here; asking counts as one time. */
  next(at = ''): Name | undefined {
    const found = this.#faults.find(({ place }) => at.includes(place));
    if (!found) return undefined;
    found.times -= 1;
    if (found.times < 1) this.#faults = this.#faults.filter((fault) => fault !== found);
    return found.name;
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#faults = [];
  }
}
