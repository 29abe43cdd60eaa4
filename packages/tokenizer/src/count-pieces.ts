// How often each piece of text comes: what both trainers learn from.

/** longer ones are no words, and would take long to merge */
const LONGEST = 100

/**
 * Counts the pieces of texts.
 * @param split what a tokenizer makes of the text between two spaces
 */
export function countPieces(
  texts: Iterable<string>,
  split: (chunk: string) => readonly string[],
): ReadonlyMap<string, number> {
  // chunks first: far fewer of them differ than there are
  const chunks = new Map<string, number>()
  for (const text of texts)
    for (const [chunk] of text.matchAll(/\S+/g)) chunks.set(chunk, (chunks.get(chunk) ?? 0) + 1)
  const pieces = new Map<string, number>()
  for (const [chunk, count] of chunks)
    for (const piece of split(chunk))
      if (piece.length <= LONGEST) pieces.set(piece, (pieces.get(piece) ?? 0) + count)
  return pieces
}
