/**
 * Remembers what was made of texts (parsed operations, for instance), bounded by the texts' length in all, because what
 * is made of a long text is large too. The oldest go first.
 */
export class TextCache<T> {
  readonly #known = new Map<string, T>();
  readonly #capacity: number;
  #length = 0;

  /** `capacity`: how many characters all texts may have together. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(text: string): T | undefined {
    return this.#known.get(text);
  }

  set(text: string, value: T): void {
    if (!this.#known.has(text)) this.#length += text.length;
    this.#known.set(text, value);
    for (const oldest of this.#known.keys()) {
      if (this.#length <= this.#capacity) return;
      this.#known.delete(oldest);
      this.#length -= oldest.length;
    }
  }
}
