/** Two that are each in the order of their times, as one. Of the same time the first one's come first. */
export async function* inOrder<A>(
  one: AsyncIterable<A>,
  other: AsyncIterable<A>,
  timeOf: (value: A) => number,
): AsyncGenerator<A> {
  const [first, second] = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()]
  let [a, b] = [await first.next(), await second.next()]
  while (!a.done || !b.done) {
    if (b.done || (!a.done && timeOf(a.value) <= timeOf(b.value))) {
      yield a.value as A
      a = await first.next()
    } else {
      yield b.value
      b = await second.next()
    }
  }
}
