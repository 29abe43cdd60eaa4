// `npm run bench -- mastra`: the adapter inside Mastra's own library, which npm brings into a folder of its own: 414 packages, too many
// for `npm test`. Its order and scores must be those of the reranker.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { loadReranker } from '@disranker/reranker'
import { relevanceScorer } from '@disranker/reranker/mastra'
import { EXAMPLE } from '../../edge/served/example-texts.ts'
import { randomBundle } from '../../edge/served/served-example.ts'
import { install } from '../../packages/empty-project.ts'

const VERSION = '1.3.6'

/** The part of @mastra/rag that is used. */
interface Rag {
  rerankWithScorer(asked: {
    readonly results: readonly { id: string; score: number; metadata: { text: string } }[]
    readonly query: string
    readonly scorer: ReturnType<typeof relevanceScorer>
    readonly options: { topK: number; weights: Record<'semantic' | 'vector' | 'position', number> }
  }): Promise<readonly { readonly result: { readonly id: string }; readonly score: number }[]>
}

export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'disranker-mastra-'))
  const reranker = await loadReranker(randomBundle())
  try {
    install(home, `@mastra/rag@${VERSION}`)
    const entry = createRequire(join(home, 'program.js')).resolve('@mastra/rag')
    const { rerankWithScorer } = (await import(pathToFileURL(entry).href)) as Rag
    const query = EXAMPLE.queries[0]!.text
    const texts = EXAMPLE.documents.slice(0, 10).map(({ summary }) => summary)
    const found = await rerankWithScorer({
      results: texts.map((text, at) => ({ id: String(at), score: 0.5, metadata: { text } })),
      query,
      scorer: relevanceScorer(reranker),
      options: { topK: texts.length, weights: { semantic: 1, vector: 0, position: 0 } },
    })
    const { results } = await reranker.rank(query, texts)
    const wanted = results.map(({ index, score }) => [String(index), reranker.relevance(score)])
    const same = isDeepStrictEqual(
      found.map(({ result, score }) => [result.id, score]),
      wanted,
    )
    console.log(`@mastra/rag ${VERSION}: ${same ? 'order and scores of the reranker' : 'WRONG'}`)
    if (!same) process.exitCode = 1
  } finally {
    await reranker.dispose()
    rmSync(home, { recursive: true, force: true })
  }
}
