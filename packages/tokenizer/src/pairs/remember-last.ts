/** A function that caches its last result, by the identity of its argument. */
export function rememberLast<Arguments extends readonly unknown[], Result>(
  compute: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { given: Arguments; result: Result } | undefined
  return (...given) => {
    if (last === undefined || !last.given.every((value, i) => value === given[i]))
      last = { given, result: compute(...given) }
    return last.result
  }
}
