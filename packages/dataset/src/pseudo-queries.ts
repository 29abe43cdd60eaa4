// Cuts queries from the documents: spans of a few words, and titles. They have no label. A teacher scores
// them, and a student can learn from any number of them, which a small log does not have. Near-duplicates of
// judged queries are left out, so that no student has read the queries it is measured on.
// Run: npx turbo run pseudo-queries
import { join } from 'node:path'
import { type Analyzer, analyzerOf } from '@disranker/lexical'
import { type Manifest, readManifest, runStage, type StageOptions, writeWholeFile } from '@disranker/stage'
import { z } from 'zod'
import { readLines, toLines } from './records/lines.ts'
import { type Pairs, readPairs } from './records/read-pairs.ts'
import { seededSampler } from './records/seeded-sampler.ts'

export const pseudoQueriesSchema = z.strictObject({
  seed: z.int(),
  /** spans cut from each document; none if it is shorter than the shortest span */
  perDocument: z.int().min(1).max(1000),
  /** words of a span */
  words: z
    .strictObject({ least: z.int().min(1), most: z.int().min(1) })
    .refine(({ least, most }) => least <= most, 'wanted least <= most'),
  /** whether titles are queries, too */
  titles: z.boolean(),
  /** queries in total; in a larger corpus only a sample of the documents is cut */
  most: z.int().min(1).max(1_000_000),
  /**
   * words in common divided by all words of both (stems), from which on a query is a near-duplicate of a
   * judged one
   */
  nearDuplicate: z.number().min(0).max(1),
})
export type PseudoQueriesRecipe = Readonly<z.output<typeof pseudoQueriesSchema>>

export interface PseudoQueriesOptions extends StageOptions<PseudoQueriesRecipe> {
  readonly pairs: string
}

/** A query cut from a document. */
export interface PseudoQuery {
  readonly text: string
  /** id of the document */
  readonly document: string
}

const FILE = 'queries.jsonl'

/** Writes `queries.jsonl`, one PseudoQuery on each line, in the order of the documents. */
export function pseudoQueries(options: PseudoQueriesOptions): Promise<Manifest> {
  const { pairs: folder, recipe } = options
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'pseudo-queries',
    inputs: { pairs: folder },
    async run(work) {
      const pairs = work.closeLater(readPairs(folder))
      const { queries, leftOut } = cutQueries(pairs, recipe)
      writeWholeFile(join(work.folder, FILE), toLines(queries))
      work.progress.say(
        `pseudo-queries: ${queries.length} cut from the documents; ${leftOut} near-duplicates of judged queries left out`,
      )
      return { queries: queries.length, nearDuplicates: leftOut }
    },
  })
}

/**
 * Reads the output of the stage.
 * @throws {InputError} when the folder is missing or not complete
 */
export function readPseudoQueries(folder: string): PseudoQuery[] {
  readManifest(folder)
  return [...readLines<PseudoQuery>(join(folder, FILE))]
}

/** Cuts queries from a corpus; equal seeds cut the same. */
export function cutQueries(
  pairs: Pick<Pairs, 'documents' | 'queries' | 'judgements' | 'analyzer'>,
  recipe: PseudoQueriesRecipe,
): { readonly queries: PseudoQuery[]; readonly leftOut: number } {
  const { seed, perDocument, titles, most } = recipe
  const { documents } = pairs
  const isNear = nearDuplicates(judgedTexts(pairs), recipe.nearDuplicate, analyzerOf(pairs.analyzer))
  const share = most / Math.max(1, documents.length * (perDocument + Number(titles)))
  const seen = new Set<string>()
  const queries: PseudoQuery[] = []
  let leftOut = 0
  for (const { id, title, summary } of documents) {
    if (queries.length >= most) break
    const random = seededSampler(seed, id)
    if (random.uniform() >= share) continue
    const cut = [...(titles && title !== '' ? [title] : []), ...spansOf(summary || title, recipe, random)]
    for (const text of cut) {
      if (seen.has(text)) continue
      seen.add(text)
      if (isNear(text)) leftOut++
      else queries.push({ text, document: id })
    }
  }
  return { queries: queries.slice(0, most), leftOut }
}

/** a script without spaces needs a dictionary to find words */
const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

function spansOf(
  text: string,
  { perDocument, words: { least, most } }: PseudoQueriesRecipe,
  random: ReturnType<typeof seededSampler>,
): string[] {
  const found = Array.from(segmenter.segment(text)).filter(({ isWordLike }) => isWordLike)
  if (found.length < least) return []
  return Array.from({ length: perDocument }, () => {
    const length = Math.min(found.length, least + random.integer(most - least + 1))
    const first = random.integer(found.length - length + 1)
    const last = found[first + length - 1]!
    return text
      .slice(found[first]!.index, last.index + last.segment.length)
      .replace(/\s+/g, ' ')
      .trim()
  })
}

/** Texts of all splits except the weak one, whose queries are cut from documents themselves. */
function* judgedTexts({ queries, judgements }: Pick<Pairs, 'queries' | 'judgements'>): Generator<string> {
  for (const { id, text, split } of queries) if (split !== 'weak' && judgements.has(id)) yield text
}

/** A function that tells whether a text has nearly the same words as one of `texts`. */
function nearDuplicates(
  texts: Iterable<string>,
  bound: number,
  analyzer: Analyzer,
): (text: string) => boolean {
  const sizes: number[] = []
  const having = new Map<string, number[]>()
  for (const text of texts) {
    const stems = stemsOf(analyzer, text)
    for (const one of stems) {
      const list = having.get(one)
      if (list === undefined) having.set(one, [sizes.length])
      else list.push(sizes.length)
    }
    sizes.push(stems.size)
  }
  return (text) => {
    const stems = stemsOf(analyzer, text)
    const common = new Map<number, number>()
    for (const one of stems)
      for (const other of having.get(one) ?? []) common.set(other, (common.get(other) ?? 0) + 1)
    for (const [other, count] of common)
      if (count >= bound * (stems.size + sizes[other]! - count)) return true
    return false
  }
}

const stemsOf = ({ words, stem }: Analyzer, text: string) => new Set(words(text).map(stem))
