// Detects the language of most texts of a corpus: franc's trigrams on pieces of a sample, each long enough to
// tell.
import { LANGUAGES } from '@disranker/lexical'
import { franc } from 'franc'
import type { Records } from '../records/records.ts'

export interface DetectedLanguage {
  /** ISO 639-1; undefined when no language has most of the pieces */
  readonly code: string | undefined
  /** shares of pieces by language, the largest first */
  readonly shares: readonly (readonly [code: string, share: number])[]
  /** pieces whose language was detected */
  readonly pieces: number
}

/** documents in the sample, evenly spread over the corpus */
const SAMPLE = 600
/** characters of a document that are read */
const HEAD = 400
/** characters of a piece; with fewer, trigrams only guess */
const PIECE = 240
/**
 * minimal share of the pieces in the corpus's language; its stemmer would spoil the words of other languages
 */
const MOST = 0.7

const codes = new Map(
  Object.entries(LANGUAGES).flatMap(([code, { codes }]) => codes.map((three) => [three, code] as const)),
)
const only = [...codes.keys()]

/** Detects the language of titles and summaries. */
export function detectLanguage(
  documents: Pick<Records<{ readonly title: string; readonly summary: string }>, 'length' | 'at'>,
): DetectedLanguage {
  const votes = new Map<string, number>()
  let pieces = 0
  const vote = (piece: string) => {
    const found = codes.get(franc(piece, { only }))
    if (found === undefined) return
    pieces++
    votes.set(found, (votes.get(found) ?? 0) + 1)
  }
  let piece = ''
  const step = Math.max(1, documents.length / SAMPLE)
  for (let at = 0; at < documents.length; at += step) {
    const { title, summary } = documents.at(Math.floor(at))
    piece += `${`${title}. ${summary}`.slice(0, HEAD)}\n`
    if (piece.length < PIECE) continue
    vote(piece)
    piece = ''
  }
  if (piece.trim() !== '' && pieces === 0) vote(piece)
  const shares = [...votes]
    .map(([code, count]) => [code, count / pieces] as const)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const [first] = shares
  return { code: first && first[1] >= MOST ? first[0] : undefined, shares, pieces }
}
