// The two sides of a pair as the static bi-encoder reads them: the token ids of a query or a document, the
// rarity of each token, and the files of a channel on the disk. All stages that train such a table share it.
import { join } from 'node:path'
import { learnedTexts, type Pairs } from '@disranker/dataset'
import { createMemory } from '@disranker/lexical'
import type { Vectors } from '@disranker/ranking'
import { InputError, writeWholeFile } from '@disranker/stage'
import { createPairEncoder, hiding, pairTypes, STAGE_MEMORY, type Vocabulary } from '@disranker/tokenizer'
import { type StaticBiEncoder, writeStaticBiEncoder } from '@disranker/transformer'

export type Sides = ReturnType<typeof createSides>

/** How texts become ids of either side, and the ids that are left out. */
export function createSides({ tokenizer, encoding }: Vocabulary) {
  const types = pairTypes(encoding)
  if (types === undefined)
    throw new InputError(
      `The static bi-encoder distinguishes query and document by token types, which the form "${encoding.form}" without exact-match token types lacks. Use the form "bert" in the recipe's vocabulary.`,
    )
  const encoder = createPairEncoder(tokenizer, encoding)
  const { kept: special } = hiding(tokenizer, encoding)
  const [query, document] = [new Set(types.query), new Set(types.document)]
  // every epoch uses all of them
  const known = createMemory<readonly number[]>(STAGE_MEMORY)
  const idsOf = (text: string, titled: { title?: string; summary?: string }, wanted: ReadonlySet<number>) => {
    const { ids, typeIds } = encoder.encode(text, titled)
    return [...ids].filter((id, at) => wanted.has(typeIds[at]!) && !special.has(id))
  }
  return {
    types,
    special,
    vocabSize: tokenizer.vocabSize,
    query(text: string) {
      const found = known.get(text) ?? idsOf(text, {}, query)
      known.set(text, found)
      return found
    },
    document: (titled: { title: string; summary: string }) => idsOf('', titled, document),
  }
}

/** [vocabulary]: ln(texts / texts with the token), over the train texts */
export function rarityOf(pairs: Pairs, sides: Sides): Float32Array {
  const counts = new Float32Array(sides.vocabSize)
  let texts = 0
  const count = (ids: readonly number[]) => {
    texts++
    for (const id of new Set(ids)) counts[id]!++
  }
  for (const document of pairs.documents) count(sides.document(document))
  for (const text of learnedTexts(pairs)) count(sides.query(text))
  return counts.map((count) => Math.log(texts / Math.max(1, count)))
}

/** Writes a channel into a folder, with its vocabulary. */
export function writeChannel(folder: string, channel: StaticBiEncoder, { json, encoding }: Vocabulary): void {
  const { features, types } = channel
  const config = { disranker: { encoding, wide: { features, types } } }
  writeStaticBiEncoder(folder, channel)
  writeWholeFile(join(folder, 'tokenizer.json'), json)
  writeWholeFile(join(folder, 'config.json'), `${JSON.stringify(config, undefined, 1)}\n`)
}

/** number of documents whose ids are cached, some 250 MB: a corpus of half a million texts of 60 tokens */
const IDS = 32_000_000

/** Ids of a document by its number; recently used ones are cached. */
export function createReader(pairs: Pairs, sides: Sides, ids = IDS): (number: number) => readonly number[] {
  const texts = createMemory<readonly number[]>(ids, (_, found) => found.length)
  return (number) => {
    const key = String(number)
    const known = texts.get(key) ?? sides.document(pairs.documents.at(number))
    texts.set(key, known)
    return known
  }
}

/**
 * The vectors of every text under a channel: unit vectors, those of queries times the scale of its softmax.
 * @param cut texts of the pseudo-queries
 */
export function channelVectors(
  { features, table }: StaticBiEncoder,
  sides: Sides,
  { pairs, cut, scale }: { readonly pairs: Pairs; readonly cut: readonly string[]; readonly scale: number },
): Vectors {
  const embed = (texts: readonly (readonly number[])[], length: number) => {
    const vectors = new Float32Array(texts.length * features)
    for (const [row, ids] of texts.entries()) {
      const sum = vectors.subarray(row * features, (row + 1) * features)
      for (const id of ids) for (let at = 0; at < features; at++) sum[at]! += table[id * features + at]!
      const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
      if (norm > 0) for (let at = 0; at < features; at++) sum[at]! *= length / norm
    }
    return vectors
  }
  return {
    features,
    documents: embed(
      Array.from(pairs.documents, (document) => sides.document(document)),
      1,
    ),
    queries: embed(
      Array.from(pairs.queries, ({ text }) => sides.query(text)),
      scale,
    ),
    pseudo: embed(
      cut.map((text) => sides.query(text)),
      scale,
    ),
  }
}
