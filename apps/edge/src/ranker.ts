// A loaded bundle: the reranker, and beside it the bundle's own tokenizer for what a request may ask of tokens (no more
// than so many of a document, no more than so many in all).
import { type Bundle, loadReranker, type Reranker } from '@disranker/reranker'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { ApiError } from './api-error.ts'
import type { RequestDocument } from './rerank-request.ts'

export interface Ranker {
  readonly reranker: Reranker
  /** The document, cut to its first `tokens` tokens; the title comes first. */
  cut(document: RequestDocument, tokens: number): RequestDocument
  /** @throws {ApiError} 422: the model would read more than `most` tokens for this request */
  refuseAbove(most: number, query: string, documents: readonly RequestDocument[]): void
  /** @throws {ApiError} 413: the query or a document has more tokens than the model reads of it */
  refuseCut(query: string, documents: readonly RequestDocument[]): void
}

/** characters of a token at most, on average: what lies behind cannot be within the first tokens */
const TOKEN_CHARACTERS = 64

/** @throws {RerankerError} the bundle is damaged */
export async function loadRanker(bundle: Bundle, wasm?: WebAssembly.Module): Promise<Ranker> {
  const reranker = await loadReranker(bundle, wasm === undefined ? {} : { wasm })
  const { encoding } = reranker.config.disranker
  const tokenizer = loadTokenizer(new TextDecoder().decode(bundle['tokenizer.json']))
  const encoder = createPairEncoder(tokenizer, encoding)
  const count = (text: string) => tokenizer.encode(text).length

  /** the longest beginning of whole words that has at most `tokens` tokens */
  const cutText = (text: string, tokens: number): string => {
    const head = text.slice(0, tokens * TOKEN_CHARACTERS)
    if (count(head) <= tokens) return head
    const ends = [0, ...Array.from(head.matchAll(/\S+/g), (word) => word.index + word[0].length)]
    let fits = 0
    for (let over = ends.length; over - fits > 1; ) {
      const middle = (fits + over) >> 1
      if (count(head.slice(0, ends[middle])) <= tokens) fits = middle
      else over = middle
    }
    return head.slice(0, ends[fits])
  }

  const refuseLonger = (what: string, text: string, most: number) => {
    const tokens = count(text.slice(0, (most + 1) * TOKEN_CHARACTERS))
    if (tokens <= most) return
    throw new ApiError(
      413,
      `${what} has more tokens than the ${most} that the model reads of it. Shorten it, or let it be truncated.`,
    )
  }

  return {
    reranker,
    cut(document, tokens) {
      if (tokens >= encoding.maxLength) return document // the encoding cuts more than that
      if (typeof document === 'string') return cutText(document, tokens)
      const title = cutText(document.title ?? '', tokens)
      return { title, summary: cutText(document.summary ?? '', tokens - count(title)) }
    },
    refuseAbove(most, query, documents) {
      // no need to count what cannot be too much
      if (documents.length * encoding.maxLength <= most) return
      let tokens = 0
      for (const document of documents)
        tokens += encoder.encode(
          query,
          typeof document === 'string' ? { summary: document } : document,
        ).tokens
      if (tokens > most)
        throw new ApiError(
          422,
          `The request comes to ${tokens} tokens, this server reads ${most} a request. ` +
            'Send fewer documents, or a smaller max_tokens_per_doc.',
        )
    },
    refuseCut(query, documents) {
      refuseLonger('The query', query, encoding.maxQuery)
      for (const [index, document] of documents.entries()) {
        const { title = '', summary = '' } = typeof document === 'string' ? { summary: document } : document
        refuseLonger(`The title of document ${index}`, title, encoding.maxTitle)
        refuseLonger(`Document ${index}`, summary, encoding.maxSummary)
      }
    },
  }
}
