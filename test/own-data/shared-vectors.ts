// Vectors of the published encoder as they are served, made once for all splits and seeds: an encoder that is taken as it is follows
// from no judgement, so that only the weights of the sum do.
import { join } from 'node:path'
import { type Pairs, readRun, writeRun } from '@disranker/dataset'
import { readBundle } from '@disranker/onnx'
import { embedDocuments } from '@disranker/onnx/vectors/embed-documents'
import { withVectors } from '@disranker/onnx/vectors/vector-bundle'
import { pipeline } from '@disranker/pipeline'
import { loadReranker } from '@disranker/reranker'
import { findStage, runDefined, runStage } from '@disranker/stage'
import { type Changes, recipeOf } from './measure-split.ts'
import type { Cosines } from './table-on.ts'

const SPLITS = ['train', 'validation', 'test'] as const

/**
 * Makes a bundle of the form `vectors` from a table, and asks it.
 * @param base folder of all queries: pairs, pseudo-queries, features
 * @param at the folder of a stage, by its name
 */
export async function shareVectors(
  base: string,
  pairs: Pairs,
  at: (name: string) => string,
  changes: Changes,
): Promise<Cosines> {
  for (const name of ['distil', 'convert', 'quantize', 'vectors'])
    await runDefined(pipeline, findStage(pipeline, name), (stage) => at(stage.name), {
      recipe: { ...(await recipeOf(name, changes)), ...(name === 'vectors' && { vectors: 'features' }) },
    })
  const out = join(base, 'cosines')
  const lists = SPLITS.flatMap((split) => [...pairs.firstStage(split)])
  await runStage({
    ...{ source: import.meta.url, name: 'cosines', out, recipe: {} },
    inputs: { pairs: at('pairs'), vectors: at('vectors') },
    async run(work) {
      const served = readBundle(join(at('vectors'), 'bundle'))
      const {
        weights: _,
        relevance,
        ...config
      } = JSON.parse(new TextDecoder().decode(served['config.json'])).disranker.vectors
      const encoder = { model: served['encoder.onnx']!, data: served['encoder.onnx.data']! }
      const tokenizer = new TextDecoder().decode(served['encoder-tokenizer.json'])
      const weights = { vector: 1, lexical: 0, wide: 0 }
      const bundle = withVectors(served, { ...encoder, tokenizer, config }, { weights, relevance })
      const reranker = await loadReranker(bundle)
      const ids = new Set(lists.flatMap(([, rows]) => rows.map(({ document }) => document)))
      const documents = [...ids].sort().map((id) => pairs.documents.get(id)!)
      const made = await embedDocuments(bundle, reranker.vectors!.encoder, documents, work)
      const run = lists.map(([id, rows]) => {
        const query = reranker.vectors!.open(pairs.queries.get(id)!.text)
        const scored = rows.map(({ document }) => {
          const { title, summary } = pairs.documents.get(document)!
          return { document, score: query.score({ title, summary }, made.get(document)!) }
        })
        return [id, scored] as const
      })
      await reranker.dispose()
      writeRun(join(work.folder, 'cosines.run'), new Map(run), 'cosines')
      return {}
    },
  })
  const cosines = new Map(
    Array.from(readRun(join(out, 'cosines.run')), ([id, rows]) => [
      id,
      new Map(rows.map(({ document, score }) => [document, score])),
    ]),
  )
  return (query, document) => cosines.get(query)!.get(document)!
}
