// Explains a score: the parts whose sum it is, and the words that the document shares with the query. It runs
// only on request, for documents that were scored.
import { readStaticTerm } from '@disranker/fused-encoder'
import { analyzerOf, isGram, isPair } from '@disranker/lexical'
import { charactersFor, type EncodedPair, type Encoding } from '@disranker/tokenizer'
import type { OpenedBundle } from './bundle.ts'
import { type TitledDocument, titled } from './reading/reading.ts'
import type { Session } from './session/session.ts'
import { isWithoutNetwork } from './session/table-session.ts'

/** A named summand of a score. */
export interface ScorePart {
  /** network: the encoder; lexical: BM25 of the shared words; table: the cosine of the static word table */
  readonly name: string
  readonly score: number
}

export interface Explanation {
  /** the model's own, before the logistic function: the sum of the parts */
  readonly score: number
  /** only the parts of the model; the network's is the first, if there is one */
  readonly parts: readonly ScorePart[]
  /** words of the query that are also in the document, by their stems, in the order of the query */
  readonly matched_words: readonly string[]
}

/** more words would not be read */
const MOST_WORDS = 32
/** characters of a word */
const LONGEST_WORD = 64

/** The parts of a score: each returns its summand for a pair. */
export interface ScoreTerms {
  /** whether there is a network, whose part is the remainder */
  readonly network: boolean
  readonly added: Readonly<Record<string, (pair: EncodedPair) => number>>
}

/** The parts of a bundle's score. */
export function termsOf({ config, model, data }: OpenedBundle, session: Session): ScoreTerms {
  const { lexicalWeight = 0, wideWeight = 0 } = config.disranker.score ?? {}
  const channel =
    wideWeight !== 0 && session.staticTerm === undefined ? readStaticTerm(model, data) : undefined
  const table = session.staticTerm ?? (channel && (({ ids, typeIds }: EncodedPair) => channel(ids, typeIds)))
  const added = {
    ...(lexicalWeight !== 0 && { lexical: ({ overlap }: EncodedPair) => lexicalWeight * overlap }),
    ...(wideWeight !== 0 && table && { table }),
  }
  return { network: !isWithoutNetwork(config), added }
}

/**
 * @param terms the parts of a score
 * @returns explains the score of a pair; `document` is the text from which the pair was made
 */
export function createExplainer(
  { analyzer: spec, maxSummary, maxLength }: Encoding,
  { network: hasNetwork, added: terms }: ScoreTerms,
) {
  const analyzer = analyzerOf(spec)
  const most = charactersFor(Math.max(maxSummary, maxLength))
  return (query: string, document: TitledDocument, pair: EncodedPair, score: number): Explanation => {
    const added = Object.entries(terms).map(([name, of]): ScorePart => ({ name, score: of(pair) }))
    const network = added.reduce((rest, part) => rest - part.score, score)
    return {
      score,
      parts: [...(hasNetwork ? [{ name: 'network', score: network }] : []), ...added],
      matched_words: matchedWords(query, document),
    }
  }

  function matchedWords(query: string, document: TitledDocument): readonly string[] {
    const { title = '', summary = '' } = titled(document)
    const text = `${title} ${summary.slice(0, most)}`
    const stems = new Set(analyzer.words(text).map((word) => analyzer.stem(word)))
    const words = new Set(analyzer.words(query).filter((word) => !isGram(word) || isPair(word)))
    return [...words]
      .filter((word) => stems.has(analyzer.stem(word)))
      .slice(0, MOST_WORDS)
      .map((word) => word.slice(0, LONGEST_WORD))
  }
}
