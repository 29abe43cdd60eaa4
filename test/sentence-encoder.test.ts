// A published encoder, frozen, from its folder to the table that is served: a tiny BERT that has learned nothing, whose mean is
// still a kind of bag of words, on the tiny corpus.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs, readPseudoQueries, readRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { readBundle } from '@disranker/onnx'
import { readStudentFolder } from '@disranker/onnx/convert'
import { bareTable, withoutNetwork } from '@disranker/onnx/forms/table-form'
import vectorsRecipe from '@disranker/onnx/recipes/vectors'
import { servedTerms } from '@disranker/onnx/served/served-terms'
import { vectors } from '@disranker/onnx/vectors'
import { dotRows, meanQuality, readVectors } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import { openTextEncoder } from '@disranker/scorers'
import { features } from '@disranker/sentence-encoder'
import featuresRecipe from '@disranker/sentence-encoder/recipes/features'
import headsRecipe from '@disranker/sentence-encoder/recipes/heads'
import type { Manifest } from '@disranker/stage'
import { type DistilRecipe, distil, table } from '@disranker/student'
import { score } from '@disranker/teacher'
import type { EncoderSizes } from '@disranker/transformer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyBert, writeTinyLlama } from './tiny/checkpoints.ts'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, runTiny } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

let home: string
const at = (stage: string) => join(home, stage)
const lengths = { query: 24, document: 48 }
const made: Partial<Record<string, Manifest>> = {}
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sentence-encoder-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await runTiny(home, 'pseudo-queries')
  await openBackend('wasm', {})
  writeTinyBert(join(home, 'bert'))
  made.features = await runTiny(home, 'features', {
    ...featuresRecipe,
    from: join(home, 'bert'),
    lengths,
  })
  const training = { ...headsRecipe.training, steps: 60, checkpointEvery: 30 }
  made.heads = await runTiny(home, 'heads', { ...headsRecipe, training })
  await runTiny(home, 'static-bi-encoder')
  made.table = await runTiny(home, 'table')
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

const vectorsOf = (stage: string) => {
  const pairs = readPairs(at('pairs'))
  const counts = {
    documents: pairs.documents.length,
    queries: pairs.queries.length,
    pseudo: readPseudoQueries(at('pseudo-queries')).length,
  }
  return { pairs, counts, vectors: readVectors(at(stage), counts) }
}

it('stores what the encoder says of each text, over the temperature on the side of queries', () => {
  const { pairs, vectors } = vectorsOf('features')
  const encoder = openTextEncoder(join(home, 'bert'), { lengths })
  const cut = readPseudoQueries(at('pseudo-queries')).at(-1)!
  const [document] = encoder.embed('document', [
    `${pairs.documents.at(7).title}\n${pairs.documents.at(7).summary}`,
  ])
  const [query, pseudo] = encoder.embed('query', [pairs.queries.at(5).text, cut.text])
  encoder.close()
  const D = vectors.features
  expect(D).toBe(16)
  for (let i = 0; i < D; i++) {
    expect(vectors.documents[7 * D + i]).toBeCloseTo(document![i]!, 4)
    expect(vectors.queries[5 * D + i]! * 0.05).toBeCloseTo(query![i]!, 4)
    expect(vectors.pseudo.at(i - D)! * 0.05).toBeCloseTo(pseudo![i]!, 4)
  }
})

it('learns on the grades what the encoder does not know', () => {
  const [frozen, learned] = [made.features!, made.heads!].map(({ metrics }) => metrics.validation) as {
    ndcg10: number
  }[]
  expect(learned!.ndcg10).toBeGreaterThan(frozen!.ndcg10 + 0.05)
})

it('scores a train query by heads that did not learn from it', () => {
  const { pairs, vectors } = vectorsOf('heads')
  const whole = new Map(
    [...pairs.candidates('train')].map(([id, rows]) => {
      const query = pairs.queries.numberOf(id)
      const scored = rows.map(({ document }) => {
        const number = pairs.documents.numberOf(document)
        const score = vectors.queries
          .subarray(query * 16, query * 16 + 16)
          .reduce((sum, value, i) => sum + value * vectors.documents[number * 16 + i]!, 0)
        return { document, score }
      })
      return [id, scored.sort((a, b) => b.score - a.score)] as const
    }),
  )
  const apart = new Map<string, { document: string; score: number }[]>()
  for (const line of readFileSync(join(at('heads'), 'scores', 'train.run'), 'utf8')
    .trim()
    .split('\n')) {
    const [id, , document, , score] = line.split(' ')
    apart.set(id!, [...(apart.get(id!) ?? []), { document: document!, score: Number(score) }])
  }
  const quality = (run: typeof whole) => meanQuality(run, pairs.judgements, 10).ndcg
  expect(quality(apart)).toBeLessThan(quality(whole) - 0.005)
})

it('puts what the teachers know into a row for each token', () => {
  const { ndcg10 } = made.table!.metrics.validation as { ndcg10: number }
  const { ndcg10: frozen } = made.features!.metrics.validation as { ndcg10: number }
  expect(ndcg10).toBeGreaterThan(frozen)
  const config = JSON.parse(readFileSync(join(at('table'), 'config.json'), 'utf8'))
  expect(config.disranker.wide.features).toBe(16)
  expect(made.table!.metrics.steps).toBe(150)
})

it('joins the bundle, whose vectors rank documents as the report says', async () => {
  await score({
    pairs: at('pairs'),
    stages: { features: at('features') },
    out: at('score'),
    recipe: { ...recipes.score, teachers: [{ scores: 'features', weight: 1 }] },
  })
  for (const stage of ['distil', 'convert', 'quantize']) await runTiny(home, stage)
  const without = await runTiny(home, 'vectors')
  expect(without.metrics.leftOut).toMatch(/chooses the form "static"/)
  const { metrics } = await runTiny(home, 'vectors', { ...vectorsRecipe, edge: { form: 'vectors' } })
  expect(metrics.leftOut).toBeUndefined()
  expect(metrics.agreement).toBeGreaterThan(0.95)
  const { weights, choice } = metrics as {
    weights: { vector: number; lexical: number; wide: number }
    choice: { parts: { name: string }[]; queries: number }
  }
  expect(weights.vector).toBe(20)
  expect(choice.parts.map(({ name }) => name)).toEqual(['vectors', 'lexical'])
  // train queries choose, too: each is scored by heads that did not learn from it, and the table, which learned from heads, takes no part
  const judged = (split: 'train' | 'validation') => readPairs(at('pairs')).firstStage(split).size
  expect(choice.queries).toBe(judged('train') + judged('validation'))
  const reranker = await loadReranker(readBundle(join(at('vectors'), 'bundle')))
  const pairs = readPairs(at('pairs'))
  const run = readRun(join(at('vectors'), 'runs', 'test.run'))
  const [id, rows] = [...run][0]!
  const open = reranker.vectors!.open(pairs.queries.get(id)!.text)
  for (const { document, score } of rows) {
    const { title, summary } = pairs.documents.get(document)!
    const parts = { title, summary }
    expect(open.score(parts, reranker.vectors!.embed(parts))).toBeCloseTo(score, 3)
  }
  // by the maps of the heads, on both sides
  const { vectors } = vectorsOf('heads')
  const [query, document] = [pairs.queries.numberOf(id), pairs.documents.numberOf(rows[0]!.document)]
  const cosine = 0.05 * dotRows(vectors.queries, query, vectors.documents, document, vectors.features)
  const alone = readRun(join(at('vectors'), 'runs', 'network-only', 'test.run')).get(id)!
  const found = alone.find((one) => one.document === rows[0]!.document)!.score
  expect(found / weights.vector).toBeCloseTo(cosine, 1)
  await reranker.dispose()
}, 60_000)

it('takes a form within a latency budget that is not worse than the cheapest, or says what each one costs', async () => {
  const within = (milliseconds: number) =>
    runTiny(home, 'vectors', { ...vectorsRecipe, edge: { milliseconds } })
  const { metrics } = await within(1e6)
  const forms = metrics.forms as { name: string; milliseconds: number; ndcg10: number }[]
  expect(forms.map(({ name }) => name)).toEqual(['table', 'network', 'vectors'])
  expect(Math.min(...forms.map(({ milliseconds }) => milliseconds))).toBeGreaterThan(0)
  const cheapest = forms.reduce((one, other) => (other.milliseconds < one.milliseconds ? other : one))
  const taken = forms.find(({ name }) => name === metrics.chosen)!
  expect(taken.ndcg10).toBeGreaterThanOrEqual(cheapest.ndcg10)
  await expect(within(1e-6)).rejects.toThrow(
    /^No form of the bundle ranks 50 documents in 0.000001 ms of CPU: table [\d.]+ ms, network [\d.]+ ms, vectors [\d.]+ ms\./,
  )
  // a decoder reads for teachers, and no bundle can have it
  writeTinyLlama(join(home, 'llama'))
  const inputs = { pairs: at('pairs'), pseudo: at('pseudo-queries') }
  const decoder = { ...inputs, features: join(home, 'decoder'), heads: at('heads') }
  const from = join(home, 'llama')
  await features({ ...inputs, out: decoder.features, recipe: { ...featuresRecipe, from, lengths } })
  const without = await vectors({
    ...{ ...decoder, student: at('distil'), table: at('table'), quantized: at('quantize') },
    ...{ out: join(home, 'no-vectors'), recipe: { ...vectorsRecipe, edge: { milliseconds: 1e6 } } },
  })
  expect(without.metrics.forms).toHaveLength(2)
  expect(without.metrics.withoutVectors).toMatch(/llama is a decoder; the form "vectors" serves BERT/)
  // the cheapest form of a student with a network is a student of its own
  const model = withoutNetwork(readStudentFolder(at('distil')), 0.3, 'too slow')
  const reranker = await loadReranker(bareTable(model))
  expect([reranker.engine, reranker.config.disranker.network!.leftOut]).toEqual(['table', 'too slow'])
  const terms = servedTerms(model)
  const pairs = readPairs(at('pairs'))
  const [id, rows] = [...pairs.candidates('test')][0]!
  const { text } = pairs.queries.get(id)!
  const documents = rows.map(({ document }) => pairs.documents.get(document)!)
  const scores = await reranker.score(text, documents)
  for (const [at, document] of documents.entries()) {
    const { lexical, staticTerm } = terms.of(text, document)
    expect(scores[at]).toBeCloseTo(0.3 * lexical + staticTerm, 4)
  }
  await reranker.dispose()
}, 60_000)

it('teaches a student on queries that were cut, and then chooses weights on judged train queries, too', async () => {
  const frozen = [{ vectors: 'features', weight: 1 }] as const
  const inputs = { pairs: at('pairs'), pseudo: at('pseudo-queries') }
  const stages = {
    features: at('features'),
    heads: at('heads'),
    'static-bi-encoder': at('static-bi-encoder'),
  }
  const unlearned = join(home, 'unlearned')
  await table({
    ...inputs,
    stages,
    staticBiEncoder: at('static-bi-encoder'),
    out: unlearned,
    recipe: {
      ...recipes.table,
      targets: {
        ...recipes.table.targets,
        few: { ...recipes.table.targets.few, teachers: frozen },
      },
      training: { ...recipes.table.training, steps: 20 },
    },
  })
  await score({
    pairs: at('pairs'),
    stages: { features: at('features') },
    out: at('score'),
    recipe: { ...recipes.score, teachers: [{ scores: 'features', weight: 1 }] },
  })
  const learn = async (name: string, vectors: NonNullable<DistilRecipe['vectors']>) => {
    const { seeds: _, int8Share: __, objective: ___, ...plain } = recipes.distil
    const { model: many } = plain as { model: EncoderSizes }
    const recipe: DistilRecipe = {
      ...plain,
      model: { few: { ...(many as object), hidden_size: 16 } as EncoderSizes, many },
      objective: { loss: 'hybrid', alpha: 0.5 },
      vectors,
    }
    const folders = {
      ...inputs,
      scores: at('score'),
      staticBiEncoder: unlearned,
      out: join(home, name),
    }
    const { metrics } = await distil({ ...folders, stages, recipe })
    return metrics as { learned: boolean; choice: { queries: number } }
  }
  const judged = (split: 'train' | 'validation') => readPairs(at('pairs')).firstStage(split).size
  // fewer than 500 judged queries
  const alone = await learn('alone', { teachers: frozen, share: 'auto', pseudoShare: 'auto' })
  expect(alone.learned).toBe(false)
  expect(alone.choice.queries).toBe(judged('train') + judged('validation'))
  const config = JSON.parse(readFileSync(join(home, 'alone', 'config.json'), 'utf8'))
  expect(config.hidden_size).toBe(16)
  const half = await learn('half', { teachers: frozen, share: 0.5, pseudoShare: 0.7 })
  expect(half.learned).toBe(true)
  expect(half.choice.queries).toBe(judged('validation'))
  const heads = [{ vectors: 'heads', weight: 1 }] as const
  expect((await learn('heads', { teachers: heads, share: 1, pseudoShare: 1 })).learned).toBe(true)
}, 60_000)
