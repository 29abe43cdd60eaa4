// What config.json of a served bundle says in addition to the student's: what its scores mean, a pair with its score, what a token costs.
import type { Document, Pairs } from '@disranker/dataset'
import { type Bundle, type BundleConfig, loadReranker } from '@disranker/reranker'
import type { Encoding } from '@disranker/tokenizer'
import { readEncoder, STATIC_ONLY } from '@disranker/transformer'
import type { readStudentFolder, StudentConfig } from '../convert.ts'
import { batchKey } from './compute-batch.ts'
import type { Relevance } from './fit-relevance.ts'

/** CPU of a token without a network, most of it for finding words: about twice what workerd takes on Zen 5 */
const WORD_MILLISECONDS = 0.003

export const hasNetwork = ({ config }: { readonly config: { readonly model_type: string } }) =>
  config.model_type !== STATIC_ONLY

type KnownPair = NonNullable<BundleConfig['disranker']['known']>

/** A pair that a server can prove itself by. The query is a document's own title: no user's query leaves in a bundle. */
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

/** The configuration of the bundle: the student's, what its scores mean, and one of them. */
export function withScore(
  { config, tensors }: Pick<ReturnType<typeof readStudentFolder>, 'config' | 'tensors'>,
  relevance: Relevance,
  known: KnownPair | undefined,
): StudentConfig {
  const { score, ...disranker } = config.disranker as { score?: object; encoding: Encoding }
  // a wide student takes less at a time
  const batch = hasNetwork({ config })
    ? batchKey(readEncoder(config, tensors), tensors, disranker.encoding.maxLength)
    : { cost: { millisecondsPerToken: WORD_MILLISECONDS } }
  const told = { ...disranker, ...batch, score: { ...score, relevance }, ...(known && { known }) }
  return { ...config, disranker: told }
}
