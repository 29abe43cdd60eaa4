// The bi-encoder stage on a tiny published checkpoint.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { readRanked, readScores } from '@disranker/ranking'
import { findManifest } from '@disranker/stage'
import { type BiEncoderRecipe, biEncoder, embedTexts, openTwinEncoder, score } from '@disranker/teacher'
import biEncoderRecipe from '@disranker/teacher/recipes/bi-encoder'
import { trainWordPiece } from '@disranker/tokenizer'
import { createEncoder, openTensors, packBatch, tensorsOf } from '@disranker/transformer'
import { writeTinyCheckpoint } from '@disranker/transformer/testing/tiny-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documents, writeCorpus } from './tiny/corpus.ts'
import { makePairs } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

let home: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'bi-encoder-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await openBackend('wasm', {})
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** A folder of a tiny bi-encoder: BERT without a head. */
function publishBert(): string {
  const texts = documents.flatMap(({ title, summary }) => [title, summary])
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const tokenizer = trainWordPiece(texts, { vocabSize: 300, minFrequency: 2, specialTokens: special })
  const config = {
    ...{ model_type: 'bert', vocab_size: 300, hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2 },
    ...{ intermediate_size: 32, max_position_embeddings: 64, type_vocab_size: 2, layer_norm_eps: 1e-12 },
    ...{ hidden_act: 'gelu', architectures: ['BertModel'] },
  } as const
  const encoder = createEncoder({ ...config, initialization: 'scaled' }, { seed: 5 })
  const tensors = new Map(
    [...tensorsOf(encoder.weights)].flatMap(([name, tensor]) =>
      encoder.model.head.includes(name) ? [] : [[name.replace(/^bert\./, ''), tensor] as const],
    ),
  )
  encoder.dispose()
  const folder = join(home, 'published', 'bert')
  writeTinyCheckpoint(folder, { config, tensors, tokenizer: JSON.stringify(tokenizer) })
  return folder
}

it('a tiny bi-encoder learns to rank and leaves scores that score adds', { timeout: 60_000 }, async () => {
  const at = (stage: string) => join(home, 'bert', stage)
  const from = publishBert()
  const recipe: BiEncoderRecipe = {
    ...biEncoderRecipe,
    ...{ from, queries: 6, lengths: { query: 12, document: 32 } },
    training: recipes.training(40),
  }
  const before = tf.memory().numTensors
  const { metrics } = await biEncoder({ pairs: join(home, 'pairs'), out: at('bi-encoder'), recipe })
  expect(tf.memory().numTensors).toBe(before)
  const losses = readFileSync(join(at('bi-encoder'), 'curve.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const loss = (lines: string[]) =>
    lines.reduce((sum, line) => sum + (JSON.parse(line) as { loss: number }).loss, 0) / lines.length
  expect(loss(losses.slice(-8))).toBeLessThan(loss(losses.slice(0, 8)) - 0.1)
  // the table of words stays, the layers move
  const [given, left] = [openTensors(from), openTensors(at('bi-encoder'))]
  for (const [name, { data }] of left) {
    const same = given.get(name.replace(/^bert\./, ''))!.data.every((value, i) => value === data[i])
    expect(same, name).toBe(name.endsWith('word_embeddings.weight'))
  }
  // what a folder says of its pooling is taken, or refused
  const says = (mode: string) => {
    mkdirSync(join(from, '1_Pooling'), { recursive: true })
    writeFileSync(join(from, '1_Pooling/config.json'), JSON.stringify({ [mode]: true }))
    return () => openTwinEncoder(from, recipe, { seed: 1 })
  }
  const first = says('pooling_mode_cls_token')()
  expect(first.pooling).toBe('cls')
  const batch = packBatch([first.encode('query', 'red lamp'), first.encode('query', 'red')])
  const [mean, cls] = tf.tidy(() =>
    (['mean', 'cls'] as const).map((pooling) => first.encoder.embed(batch, pooling).arraySync()),
  )
  expect(cls![1]).not.toEqual(mean![1])
  first.encoder.dispose()
  expect(says('pooling_mode_max_tokens')).toThrow(/pools by max/)
  // what is left gives the scores by itself: cosine of mean states over the temperature
  const twin = openTwinEncoder(at('bi-encoder'), recipe, { seed: 1 })
  const pairs = readPairs(join(home, 'pairs'))
  const scores = readScores(at('bi-encoder'), pairs)
  const [query, rows] = [...scores.test][0]!
  const [{ document, score: wanted }] = rows as [(typeof rows)[0]]
  const { title, summary } = pairs.documents.get(document)!
  const [[q], [d]] = [
    embedTexts(twin, 'query', [pairs.queries.get(query)!.text]),
    embedTexts(twin, 'document', [`${title}\n${summary}`]),
  ] as [[Float32Array], [Float32Array]]
  const cosine = q.reduce((sum, x, i) => sum + x * d[i]!, 0)
  expect(cosine / recipe.temperature).toBeCloseTo(wanted, 4)
  expect(Math.hypot(...q)).toBeCloseTo(1, 5)
  twin.encoder.dispose()
  // the report speaks of one teacher: what `score` makes of this
  expect(readRanked(at('bi-encoder'))).toMatchObject({ row: 'bi_encoder', role: 'part' })
  const teachers = [{ scores: 'bi-encoder', weight: 1 }] as const
  const stages = { 'bi-encoder': at('bi-encoder') }
  const out = at('score')
  await score({ pairs: join(home, 'pairs'), stages, out, recipe: { ...recipes.score, teachers } })
  expect(findManifest(out)?.metrics.validation).toEqual(metrics.validation)
})

it('without a checkpoint the bi-encoder is left out, which is said', async () => {
  const out = join(home, 'bert', 'none')
  const { metrics } = await biEncoder({ pairs: join(home, 'pairs'), out, recipe: biEncoderRecipe })
  expect(metrics.leftOut).toMatch(/names no checkpoint/)
})
