// The keys of a served bundle's config.json in addition to the student's: the meaning of its scores, a pair
// with its score, the cost of a token.
import type { Document, Pairs } from '@disranker/dataset'
import { type Bundle, type BundleConfig, loadReranker } from '@disranker/reranker'
import type { Encoding } from '@disranker/tokenizer'
import { readEncoder, STATIC_ONLY } from '@disranker/transformer'
import type { readStudentFolder, StudentConfig } from '../convert.ts'
import { batchKey } from './compute-batch.ts'
import type { Relevance } from './fit-relevance.ts'

/** CPU of a token without a network, mostly for finding words: about twice the time of workerd on Zen 5 */
const WORD_MILLISECONDS = 0.003

export const hasNetwork = ({ config }: { readonly config: { readonly model_type: string } }) =>
  config.model_type !== STATIC_ONLY

type KnownPair = NonNullable<BundleConfig['disranker']['known']>

/**
 * A pair with which a server can check itself. The query is a document's own title, so that no user's query
 * is in a bundle.
 */
export async function knownPair(bundle: Bundle, pairs: Pairs): Promise<KnownPair | undefined> {
  const found = firstTitled(pairs.documents)
  if (found === undefined) return undefined
  const document = { title: found.title, summary: found.summary.slice(0, 300) }
  const reranker = await loadReranker(bundle)
  try {
    const [score] = await reranker.score(found.title, [document])
    return { query: found.title, document, score: score! }
  } finally {
    await reranker.dispose()
  }
}

function firstTitled(documents: Iterable<Document>): Document | undefined {
  for (const document of documents) if (document.title.trim() !== '') return document
  return undefined
}

/** The configuration of the bundle: the student's, the meaning of its scores, and a pair with its score. */
export function withScore(
  { config, tensors }: Pick<ReturnType<typeof readStudentFolder>, 'config' | 'tensors'>,
  relevance: Relevance,
  known: KnownPair | undefined,
): StudentConfig {
  const { score, ...disranker } = config.disranker as { score?: object; encoding: Encoding }
  // a wide student needs smaller batches
  const batch = hasNetwork({ config })
    ? batchKey(readEncoder(config, tensors), tensors, disranker.encoding.maxLength)
    : { cost: { millisecondsPerToken: WORD_MILLISECONDS } }
  const told = { ...disranker, ...batch, score: { ...score, relevance }, ...(known && { known }) }
  return { ...config, disranker: told }
}
