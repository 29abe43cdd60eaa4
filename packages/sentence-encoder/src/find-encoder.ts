// Chooses the published encoder of a corpus by the language of its documents, and finds it in the folder
// DISRANKER_MODELS, in the hub's cache or on the hub. If it cannot be found, a message says so and training
// continues without it.
import { type FoundCheckpoint, findCheckpoint, publishedEncoders } from '@disranker/checkpoint'
import type { Document } from '@disranker/dataset'
import { words } from '@disranker/lexical'
import type { TextKind } from '@disranker/scorers'
import { InputError } from '@disranker/stage'

export interface PublishedEncoder {
  readonly from: string
  readonly revision?: string
  /** the model's prefixes; by default those of its folder */
  readonly prefixes?: Readonly<Record<TextKind, string>>
}

export interface FoundEncoder extends PublishedEncoder {
  readonly source: FoundCheckpoint
  /** the reason for this choice */
  readonly why: string
}

/**
 * Judged train queries below which training from scratch gains little: on the embedded example .02 nDCG@10
 * with this number, on Cranfield with 157 no measurable gain (the learning curve of metrics/LOG.md).
 */
const SCRATCH_QUERIES = 250

/**
 * The variable by which `npm start` passes its choice to turbo, so that results with another encoder, or with
 * none, are not reused: the encoder's identity, or NO_ENCODER.
 */
export const ENCODER = 'DISRANKER_ENCODER'
export const NO_ENCODER = 'none'

/** The message if no encoder is available. */
export const FROM_SCRATCH = `Everything is trained from scratch: with fewer than about ${SCRATCH_QUERIES} judged queries expect little or no gain over the first stage.`

/** the encoder in a recipe: a model of the hub or a folder; `auto`; or false for none */
export interface WantedEncoder {
  readonly from: string | false
  readonly revision?: string
}

/**
 * Fetches the encoder that a recipe names, or the default for the documents.
 * @returns the encoder, or the reason why there is none
 * @throws {InputError} when the named one cannot be found
 */
export async function findEncoder(
  { from, revision }: WantedEncoder,
  documents: Iterable<Document>,
  signal?: AbortSignal,
): Promise<FoundEncoder | { readonly missing: string }> {
  if (from === false) return { missing: 'recipes/features.ts names no encoder (from)' }
  if (from === 'auto') return findByLanguage(documents, signal)
  const named = { from, ...(revision !== undefined && { revision }) }
  return { ...named, source: await findCheckpoint(named, signal), why: 'the recipe names it' }
}

async function findByLanguage(
  documents: Iterable<Document>,
  signal: AbortSignal | undefined,
): Promise<FoundEncoder | { readonly missing: string }> {
  const language = languageOf(documents)
  const encoder: PublishedEncoder = publishedEncoders[language]
  const { from, revision } = encoder
  const why = `the documents are ${language === 'english' ? 'in English' : 'in other languages than English'}`
  try {
    return {
      ...encoder,
      why,
      source: await findCheckpoint({ from, ...(revision && { revision }) }, signal),
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return {
      missing: `${from}, because ${why}, is not available: ${error.message} ${FROM_SCRATCH}`,
    }
  }
}

/** number of documents in the sample */
const SAMPLE = 2000
/** the most common words of English; a third of its running words */
const COMMON = new Set(
  'the of and to in a is that for it as was with be by on not or are from at this an which have'.split(' '),
)
/** share of them among the words of a corpus that is mostly English; in other languages of Latin letters it is below .05 */
const ENGLISH = 0.12

/** Whether most of the text is English; titles of two words tell nothing, so that names in all languages are multilingual. */
export function languageOf(
  documents: Iterable<Pick<Document, 'title' | 'summary'>>,
): 'english' | 'multilingual' {
  let [all, common, looked] = [0, 0, 0]
  for (const { title, summary } of documents) {
    for (const word of words(`${title} ${summary}`)) {
      all++
      if (COMMON.has(word)) common++
    }
    if (++looked >= SAMPLE) break
  }
  return common >= ENGLISH * all && all > 0 ? 'english' : 'multilingual'
}
