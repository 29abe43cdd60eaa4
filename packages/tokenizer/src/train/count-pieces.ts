// The frequency of each piece of text: the input of both trainers.

/** longer ones are not words, and would be slow to merge */
const LONGEST = 100

/** maximal number of different texts between two spaces in memory: some 400 MB */
const MOST = 4_000_000

/**
 * Counts the pieces of texts. If there are more different ones than `most`, the rarest are dropped, as often
 * as necessary (lossy counting; Manku and Motwani 2002): they would not be part of a vocabulary.
 * @param split the tokenizer's split of the text between two spaces
 */
export function countPieces(
  texts: Iterable<string>,
  split: (chunk: string) => readonly string[],
  most = MOST,
): ReadonlyMap<string, number> {
  // chunks first, because few of them are distinct
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
