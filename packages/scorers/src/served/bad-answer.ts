/** An answer of a server that says 200 and is not what its API promises. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer'
}
