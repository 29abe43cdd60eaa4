/** A function that remembers its last answer, by the identity of what it was given. */
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
