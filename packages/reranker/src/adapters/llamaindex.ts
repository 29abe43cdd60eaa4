// A reranker in this process as a node postprocessor of LlamaIndex.TS.
import type { Reranker } from '../reranker.ts'

/** The used part of LlamaIndex' node with a score. */
interface ScoredNode {
  readonly node: { getContent(mode: never): string }
  readonly score?: number | undefined
}

type Query = string | readonly { readonly type: string; readonly text?: string }[]

/** LlamaIndex' MetadataMode for a text without its metadata */
const TEXT_ALONE = 'NONE' as never

/**
 * @param topN nodes to keep; all by default
 * @returns a BaseNodePostprocessor; the score of a node is its relevance, from 0 to 1. Without a query nodes
 * are not changed
 */
export const nodePostprocessor = (reranker: Reranker, { topN }: { readonly topN?: number } = {}) => ({
  async postprocessNodes<Node extends ScoredNode>(nodes: readonly Node[], query?: Query): Promise<Node[]> {
    if (query === undefined) return [...nodes]
    const text = typeof query === 'string' ? query : query.map((part) => part.text ?? '').join(' ')
    const texts = nodes.map(({ node }) => node.getContent(TEXT_ALONE))
    const { results } = await reranker.rank(text, texts, { topN })
    return results.map(({ index, score }) => ({ ...nodes[index]!, score: reranker.relevance(score) }))
  },
})
