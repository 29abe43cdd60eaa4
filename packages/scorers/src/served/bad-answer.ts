/** An answer with status 200 that does not follow its API. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer'
}
