/** What a generator gives, which runs anew for everybody who asks. */
export function repeatable<T>(make: () => AsyncIterable<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => make()[Symbol.asyncIterator]() };
}
