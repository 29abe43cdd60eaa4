// A loaded bundle: the reranker, and beside it the bundle's own tokenizer for what a request may ask of tokens: no more
// than so many of a document, its end instead of its beginning, all of it or an error.
import {
  type Bundle,
  createTextPieces,
  type EngineOptions,
  loadReranker,
  type Reranker,
} from '@disranker/reranker'
import { loadTokenizer } from '@disranker/tokenizer'
import { ApiError } from '../api-error.ts'
import type { RankingRequest, RequestDocument } from '../ranking/ranking-request.ts'

export interface LoadedModel {
  readonly reranker: Reranker
  /**
   * The documents as the request wants them read.
   * @throws {ApiError} 413: the query or a document has more tokens than the model reads, and must be read whole
   */
  cut(
    request: Pick<RankingRequest, 'query' | 'documents' | 'maxTokens' | 'leaveOut' | 'whole' | 'long'>,
  ): readonly RequestDocument[]
}

/** characters of a token at most, on average: what lies behind cannot be within the first tokens */
const TOKEN_CHARACTERS = 64
/** [CLS] query [SEP] document [SEP], with an overlap token */
const SPECIAL_TOKENS = 4

/** @throws {RerankerError} the bundle is damaged */
export async function loadModel(bundle: Bundle, engines: EngineOptions): Promise<LoadedModel> {
  const reranker = await loadReranker(bundle, engines)
  const { encoding } = reranker.config.disranker
  const tokenizer = loadTokenizer(new TextDecoder().decode(bundle['tokenizer.json']))
  const { head, tail } = createTextPieces(tokenizer)
  const count = (text: string, most: number) =>
    tokenizer.encode(text.slice(0, (most + 1) * TOKEN_CHARACTERS)).length

  const refuseLonger = (what: string, text: string, most: number) => {
    if (count(text, most) <= most) return
    throw new ApiError(
      413,
      `${what} has more tokens than the ${most} that the model reads of it. Shorten it, or let it be truncated.`,
    )
  }

  return {
    reranker,
    cut({ query, documents, maxTokens, leaveOut, whole, long }) {
      if (whole) {
        refuseLonger('The query', query, encoding.maxQuery)
        for (const [index, document] of documents.entries()) {
          const { title = '', summary = '' } = typeof document === 'string' ? { summary: document } : document
          refuseLonger(`The title of document ${index}`, title, encoding.maxTitle)
          refuseLonger(`Document ${index}`, summary, encoding.maxSummary)
        }
      }
      // where the end is wanted, what the model reads at most is all that is kept
      const rest = Math.min(encoding.maxQuery, count(query, encoding.maxQuery)) + SPECIAL_TOKENS
      const room = Math.min(encoding.maxSummary, encoding.maxLength - rest)
      const most = maxTokens ?? Number.POSITIVE_INFINITY
      return documents.map((document) => {
        if (leaveOut === 'start' && long !== 'chunk' && typeof document === 'string')
          return tail(document, Math.min(most, room))
        // the encoding itself cuts more than that
        if (most >= encoding.maxLength && long !== 'chunk') return document
        if (most === Number.POSITIVE_INFINITY) return document
        if (typeof document === 'string') return head(document, most)
        const title = head(document.title ?? '', most)
        return { title, summary: head(document.summary ?? '', most - count(title, most)) }
      })
    },
  }
}
