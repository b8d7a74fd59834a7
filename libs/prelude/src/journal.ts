/**
 * The last of what happened, in its order, to bring up to date by it what was made of all of it before. Between `most` and twice as many are
 * remembered.
 */
export class Journal<A> {
  readonly #most: number
  #last: A[] = []
  #before = 0

  constructor(most: number) {
    this.#most = most
  }

  /** How many there were. */
  get length(): number {
    return this.#before + this.#last.length
  }

  note(one: A): void {
    if (this.#last.length >= 2 * this.#most) {
      this.#last = this.#last.slice(this.#most)
      this.#before += this.#most
    }
    this.#last.push(one)
  }

  /** Those after the first so many, up to a length; `undefined` where some of them are not remembered any more. */
  between(after: number, length: number = this.length): readonly A[] | undefined {
    return after < this.#before ? undefined : this.#last.slice(after - this.#before, length - this.#before)
  }
}
