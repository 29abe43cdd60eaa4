// The frequency of each piece of text: the input of both trainers.

/** longer ones are no words, and would take long to merge */
const LONGEST = 100

/** different texts between two spaces that are counted at a time: some 400 MB */
const MOST = 4_000_000

/**
 * Counts the pieces of texts. Of more different ones than `most` the rarest are forgotten on the way, as often as it takes
 * (lossy counting; Manku and Motwani 2002): none of them would come into a vocabulary.
 * @param split what a tokenizer makes of the text between two spaces
 */
export function countPieces(
  texts: Iterable<string>,
  split: (chunk: string) => readonly string[],
  most = MOST,
): ReadonlyMap<string, number> {
  // chunks first: far fewer of them differ than there are
  const chunks = new Map<string, number>()
  for (const text of texts) {
    for (const [chunk] of text.matchAll(/\S+/g)) chunks.set(chunk, (chunks.get(chunk) ?? 0) + 1)
    for (let rare = 1; chunks.size > most; rare++)
      for (const [chunk, count] of chunks) if (count <= rare) chunks.delete(chunk)
  }
  const pieces = new Map<string, number>()
  for (const [chunk, count] of chunks)
    for (const piece of split(chunk))
      if (piece.length <= LONGEST) pieces.set(piece, (pieces.get(piece) ?? 0) + count)
  return pieces
}
