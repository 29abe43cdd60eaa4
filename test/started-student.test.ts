// A student that starts from a checkpoint: a tiny BERT of a hub, without a ranking head, through labels, distil, convert,
// quantize, evaluate and the Worker; other architectures, and another run's folder, through labels.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HubServer, startHub } from '@disranker/checkpoint/testing/hub-server'
import { readPairs, readRun } from '@disranker/dataset'
import { assemble } from '@disranker/edge/assemble'
import { type Served, serve } from '@disranker/edge/serve'
import { openBackend } from '@disranker/engine'
import { evaluate, type Report } from '@disranker/metrics'
import { convert, quantize } from '@disranker/onnx'
import { findManifest, InputError } from '@disranker/stage'
import { distil, type Init, type LabelsRecipe, labels, readStudent } from '@disranker/student'
import { cpt, score, sft } from '@disranker/teacher'
import { bertSpecialTokens, loadTokenizer, trainWordPiece } from '@disranker/tokenizer'
import { createEncoder, openTensors, tensorsOf } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { writeTinyCheckpoint } from '@disranker/transformer/testing/tiny-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from './edge/served/example-texts.ts'
import { documents, writeCorpus } from './tiny/corpus.ts'
import { makePairs } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

const commit = 'beef'.padEnd(40, '0')
const lengths = { maxLength: 40, maxQuery: 10, maxTitle: 10, maxSummary: 20 }
const FOREIGN = ['quixotic', 'zephyr', 'umbrella', 'glacier']
const variables = ['HF_ENDPOINT', 'HF_HUB_CACHE'] as const

let home: string
let hub: HubServer
const at = (stage: string) => join(home, stage)

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'started-'))
  writeCorpus(at('in'))
  await makePairs(home)
  await openBackend('wasm', {})
  hub = await startHub([{ name: 'tiny/bert', commit, files: published() }])
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: at('cache') })
}, 120_000)
afterAll(async () => {
  for (const name of variables) delete process.env[name]
  await hub?.close()
  rmSync(home, { recursive: true, force: true })
})

/** A BERT of three layers that also knows words of no document, as it was pre-trained: no head, the encoder's prefix left out. */
function published(): Record<string, Uint8Array> {
  const texts = documents.flatMap(({ title, summary }) => [title, summary])
  const foreign = Array.from({ length: 9 }, () => FOREIGN.join(' '))
  const specialTokens = bertSpecialTokens()
  const tokenizer = trainWordPiece([...texts, ...foreign], { vocabSize: 500, minFrequency: 1, specialTokens })
  const config = {
    ...{ model_type: 'bert' as const, num_hidden_layers: 3, hidden_size: 32, num_attention_heads: 2 },
    ...{ intermediate_size: 64, max_position_embeddings: 64, type_vocab_size: 2, layer_norm_eps: 1e-12 },
    ...{ vocab_size: loadTokenizer(JSON.stringify(tokenizer)).vocabSize, hidden_act: 'gelu' as const },
    architectures: ['BertModel'],
  }
  const encoder = createEncoder({ ...config, initialization: 'scaled' as const }, { seed: 5 })
  const tensors = new Map(
    [...tensorsOf(encoder.weights)].flatMap(([name, tensor]) =>
      name.startsWith('bert.encoder') || name.startsWith('bert.embeddings')
        ? [[name.slice('bert.'.length), tensor] as const]
        : [],
    ),
  )
  encoder.dispose()
  const folder = at('published')
  writeTinyCheckpoint(folder, {
    config,
    tensors,
    tokenizer: JSON.stringify(tokenizer),
    shards: 1,
    type: 'F32',
  })
  writeFileSync(join(folder, 'README.md'), '---\nlicense: apache-2.0\n---\n# Tiny\n')
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]))
}

const { vocabulary: _, model: __, ...shared } = recipes.labels as Extract<LabelsRecipe, { model: unknown }>
const started = (init: Omit<Init, 'from'> & { from?: string }): LabelsRecipe => ({
  ...shared,
  seeds: [],
  init: { from: 'tiny/bert', revision: commit, lengths, ...init },
})

describe('the whole pipeline', () => {
  const init: Init = { from: 'tiny/bert', revision: commit, layers: [0, 2], vocabulary: 'corpus', lengths }
  let served: Served | undefined
  afterAll(() => served?.close())

  beforeAll(async () => {
    const pairs = at('pairs')
    await cpt({ pairs, out: at('cpt'), recipe: recipes.cpt })
    await sft({ pairs, teacher: at('cpt'), out: at('sft'), recipe: recipes.sft })
    const teachers = [{ decoder: 'sft', weight: 1 }] as const
    await score({
      pairs,
      stages: { sft: at('sft') },
      out: at('score'),
      recipe: { ...recipes.score, teachers },
    })
    const { objective } = recipes.distil
    const before = tf.memory().numTensors
    await labels({ pairs, out: at('labels'), recipe: { ...started(init), seeds: [13] } })
    await distil({ pairs, scores: at('score'), out: at('distil'), recipe: { ...started(init), objective } })
    expect(tf.memory().numTensors).toBe(before)
    const student = at('distil')
    await convert({ student, out: at('convert') })
    const made = { student, converted: at('convert'), pairs, out: at('quantize') }
    await quantize({ ...made, recipe: recipes.quantize })
    const stages = { score: at('score'), labels: at('labels'), distil: student, quantize: at('quantize') }
    await evaluate({ pairs, stages, out: at('evaluate'), recipe: recipes.evaluate })
  }, 240_000)

  it('says in the manifest what it started from, and has a row in the report', () => {
    expect(findManifest(at('distil'))?.inputs.from).toBe(commit)
    const report = JSON.parse(readFileSync(join(at('evaluate'), 'report.json'), 'utf8')) as Report
    expect(Object.keys(report.test.rows)).toEqual(
      expect.arrayContaining(['student_labels', 'student', 'student_int8']),
    )
  })

  it('keeps the vocabulary, its own tokens around a pair, two of three layers, and no word of no text', () => {
    const { config, encoder, pairEncoder } = readStudent(at('distil'))
    encoder.dispose()
    expect(config).toMatchObject({ model_type: 'bert', num_hidden_layers: 2, hidden_size: 32 })
    expect(config.disranker).toMatchObject({
      encoding: { form: 'pair', template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'] } },
      source: { name: 'tiny/bert', revision: commit, licence: 'apache-2.0' },
    })
    expect(config.disranker.encoding).not.toHaveProperty('marks')
    const whole = loadTokenizer(readFileSync(join(at('published'), 'tokenizer.json'), 'utf8'))
    const kept = loadTokenizer(readFileSync(join(at('distil'), 'tokenizer.json'), 'utf8'))
    expect(kept.vocabSize).toBe(config.vocab_size)
    expect(kept.vocabSize).toBeLessThan(whole.vocabSize)
    const spelled = (of: typeof whole, text: string) => Array.from(of.encode(text), (id) => of.tokenOf(id))
    for (const { summary } of documents.slice(0, 9))
      expect(spelled(kept, summary)).toEqual(spelled(whole, summary))
    expect(spelled(whole, 'glacier')).toEqual(['glacier'])
    expect(spelled(kept, 'glacier').length).toBeGreaterThan(1)
    expect(pairEncoder.encode('red lamp', { summary: 'a lamp' }).tokens).toBeGreaterThan(4)
  })

  it('trains what it started with, not something new', () => {
    const before = openTensors(at('published')).get('encoder.layer.2.attention.self.query.weight')!.data
    const after = openTensors(at('labels')).get('bert.encoder.layer.1.attention.self.query.weight')!.data
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
    const cosine = dot(before, after) / Math.sqrt(dot(before, before) * dot(after, after))
    expect(cosine).toBeGreaterThan(0.9)
    expect(cosine).toBeLessThan(0.999999)
  })

  it('is served, with the name and the licence of its source in the card', async () => {
    const bundle = join(at('quantize'), 'bundle')
    const card = readFileSync(join(bundle, 'README.md'), 'utf8')
    expect(card).toMatch(/Started from tiny\/bert at beef0+; its licence: apache-2.0/)
    expect(card).toContain('`[CLS] query [SEP] title summary [SEP]`')
    await assemble({ bundle, example: EXAMPLE, out: at('dist') })
    served = await serve({ dist: at('dist'), alone: true })
    const pairs = readPairs(at('pairs'))
    const [[id, ranked] = []] = [...readRun(join(at('quantize'), 'runs', 'test.run'))]
    const texts = ranked!.map(({ document }) => pairs.documents.get(document)!)
    const response = await fetch(`${served.url}/v2/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'disranker',
        query: pairs.queries.get(id!)!.text,
        documents: texts.map(({ title, summary }) => ({ title, summary })),
      }),
    })
    const { results } = (await response.json()) as { results: { index: number }[] }
    expect(results.map(({ index }) => ranked![index]!.score)).toEqual(ranked!.map(({ score }) => score))
  }, 60_000)
})

it('starts from another run of its own, with its exact-match token types', { timeout: 60_000 }, async () => {
  await labels({ pairs: at('pairs'), out: at('first'), recipe: { ...recipes.labels, seeds: [] } })
  const { init } = started({}) as { init: Init }
  const { lengths: _, revision: __, ...bare } = init
  const recipe = { ...started({}), init: { ...bare, from: at('first'), vocabulary: 'corpus' as const } }
  await labels({ pairs: at('pairs'), out: at('second'), recipe })
  const [first, second] = ['first', 'second'].map((stage) => {
    const { encoder, config } = readStudent(at(stage))
    encoder.dispose()
    return config
  })
  expect(second!.disranker.encoding).toEqual(first!.disranker.encoding)
  expect(second!.disranker.encoding.marks).toBeDefined()
})

it.each(['roberta', 'xlm-roberta', 'distilbert', 'electra', 'modernbert', 'bert-two-labels'])(
  'starts from a %s',
  { timeout: 60_000 },
  async (name) => {
    const golden = goldenEncoders().find((one) => one.name === name)!
    const folder = at(`golden-${name}`)
    const shape = { config: golden.config, tensors: golden.tensors, tokenizer: golden.tokenizer }
    writeTinyCheckpoint(folder, { ...shape, shards: 1, type: 'F32' })
    const recipe = started({ from: folder, layers: 2, trains: { embeddings: false, lastLayers: 1 } })
    const steps = { ...recipe.training, steps: 3 }
    const out = at(`from-${name}`)
    await labels({ pairs: at('pairs'), out, recipe: { ...recipe, training: steps } })
    const { encoder } = readStudent(out)
    const trained = encoder.weights.get(encoder.model.wordTable)!.dataSync<'float32'>()
    // what does not train is as it was
    const given =
      golden.tensors.get(encoder.model.wordTable) ??
      golden.tensors.get(encoder.model.wordTable.slice(encoder.model.prefix.length))
    expect(trained).toEqual(given!.data)
    encoder.dispose()
    const scores = [...readRun(join(out, 'runs', 'test.run')).values()].flat()
    expect(scores.every(({ score }) => Number.isFinite(score))).toBe(true)
  },
)

it('starts its words from vectors of a file, scaled to the table', { timeout: 60_000 }, async () => {
  const path = at('vectors.txt')
  const vector = (of: number) => Array.from({ length: 50 }, (_, at) => Math.sin(of * at).toFixed(4)).join(' ')
  writeFileSync(
    path,
    ['red', 'lamp', 'kitchen', 'absent'].map((word, of) => `${word} ${vector(of + 1)}\n`).join(''),
  )
  const recipe = { ...recipes.labels, seeds: [], words: path, training: { ...shared.training, steps: 3 } }
  const manifest = await labels({ pairs: at('pairs'), out: at('words'), recipe })
  expect(manifest.inputs.words).toMatch(/^[0-9a-f]{64}$/)
  await expect(
    labels({ pairs: at('pairs'), out: at('words-not'), recipe: { ...recipe, words: at('gone') } }),
  ).rejects.toThrow(/There are no word vectors/)
})

it('what cannot be had is said in a sentence, and nothing is written', async () => {
  const fails = async (init: Parameters<typeof started>[0], message: RegExp) => {
    const work = labels({ pairs: at('pairs'), out: at('refused'), recipe: started(init) })
    const error = await work.then(
      () => undefined,
      (error: Error) => error,
    )
    expect(error).toBeInstanceOf(InputError)
    expect(error!.message).toMatch(message)
    expect(existsSync(at('refused'))).toBe(false)
  }
  await fails({ revision: 'v9' }, /answers 404 for tiny\/bert/)
  await fails({ from: './nowhere' }, /There is no folder .\/nowhere/)
  await fails({ layers: [0, 3] }, /Layers \[0,3\] of tiny\/bert are wanted, which has 3: .* 0 to 2/)
  await fails({ layers: 4 }, /Layers 4 of tiny\/bert are wanted, which has 3/)
  await fails({ lengths: { ...lengths, maxLength: 99 } }, /maxLength is 99; tiny\/bert reads 64 tokens/)
  const { lengths: _, ...without } = (started({}) as { init: Init }).init
  const recipe = { ...started({}), init: without }
  await expect(labels({ pairs: at('pairs'), out: at('refused'), recipe })).rejects.toThrow(
    /init names no lengths, and tiny\/bert was not made here/,
  )
  mkdirSync(at('empty'))
  await fails({ from: at('empty') }, /no model folder: config.json is missing/)
})
