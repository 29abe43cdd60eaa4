// A teacher that starts from a checkpoint of a hub: a tiny Qwen with no token before a text and a tiny Llama with one, each
// with its own vocabulary and special tokens, through cpt, sft and score.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HubServer, startHub } from '@disranker/checkpoint/testing/hub-server'
import { readPairs, readRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { findManifest, InputError } from '@disranker/stage'
import { type CptRecipe, cpt, readTeacher, score, sft } from '@disranker/teacher'
import { loadTokenizer, trainBytePairs } from '@disranker/tokenizer'
import {
  createDecoder,
  type DecoderConfig,
  type DecoderSizes,
  mergeAdapter,
  openTensors,
  readAdapter,
  tensorsOf,
} from '@disranker/transformer'
import { writeTinyCheckpoint } from '@disranker/transformer/testing/tiny-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { documents, writeCorpus } from './tiny/corpus.ts'
import { makePairs } from './tiny/pipeline.ts'
import * as recipes from './tiny/recipes.ts'

const commit = 'f00d'.padEnd(40, '0')
const sizes = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, num_key_value_heads: 1 }
const shapes: Record<string, { model: DecoderSizes; special: string[]; first: string[]; last: string }> = {
  qwen: {
    model: {
      ...{ model_type: 'qwen2', ...sizes, intermediate_size: 32, rms_norm_eps: 1e-6, rope_theta: 1e6 },
      tie_word_embeddings: true,
    },
    special: ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
    first: [],
    last: '<|endoftext|>',
  },
  llama: {
    model: {
      ...{ model_type: 'llama', ...sizes, intermediate_size: 32, rms_norm_eps: 1e-5, rope_theta: 5e5 },
      tie_word_embeddings: false,
    },
    special: ['<|begin_of_text|>', '<|end_of_text|>', '<|eot_id|>'],
    first: ['<|begin_of_text|>'],
    last: '<|end_of_text|>',
  },
}

let home: string
let hub: HubServer
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'pretrained-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await openBackend('wasm', {})
  hub = await startHub(
    Object.keys(shapes).map((name) => ({ name: `tiny/${name}`, commit, files: published(name) })),
  )
}, 120_000)
afterAll(async () => {
  await hub.close()
  rmSync(home, { recursive: true, force: true })
})
beforeEach(() => {
  Object.assign(process.env, { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(home, 'cache') })
  process.env.HF_HUB_DOWNLOAD_TIMEOUT = '0.5'
})
afterEach(() => {
  for (const name of ['HF_ENDPOINT', 'HF_HUB_CACHE', 'HF_HUB_DOWNLOAD_TIMEOUT']) delete process.env[name]
  Object.assign(hub.misbehaviour, { breakAfter: undefined, dead: false })
})

/** The files of a repository: BF16 in two shards. */
function published(name: string): Record<string, Uint8Array> {
  const { model, special, first } = shapes[name]!
  const texts = documents.flatMap(({ title, summary }) => [title, summary])
  const json = trainBytePairs(texts, { vocabSize: 320, minFrequency: 2, specialTokens: special })
  const around = first.map((id) => ({ SpecialToken: { id, type_id: 0 } }))
  const of = (id: string) => ({ id, ids: [special.indexOf(id)], tokens: [id] })
  const pair = [
    ...around,
    { Sequence: { id: 'A', type_id: 0 } },
    ...around,
    { Sequence: { id: 'B', type_id: 1 } },
  ]
  const special_tokens = Object.fromEntries(first.map((id) => [id, of(id)]))
  const post_processor = {
    type: 'TemplateProcessing',
    single: pair.slice(0, first.length + 1),
    pair,
    special_tokens,
  }
  const tokenizer = JSON.stringify({ ...json, post_processor: first.length > 0 ? post_processor : null })
  const config = {
    ...model,
    vocab_size: 320,
    max_position_embeddings: 64,
    architectures: [name === 'qwen' ? 'Qwen2ForCausalLM' : 'LlamaForCausalLM'],
    eos_token_id: name === 'qwen' ? 2 : [1, 2],
    torch_dtype: 'bfloat16',
  } as unknown as DecoderConfig
  const decoder = createDecoder(config, { seed: 7 })
  const tensors = new Map([...tensorsOf(decoder.weights)].filter(([tensor]) => tensor !== 'score.weight'))
  decoder.dispose()
  const folder = join(home, 'published', name)
  writeTinyCheckpoint(folder, { config, tensors, tokenizer, shards: 2, type: 'BF16' })
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]))
}

const recipe = (name: string): CptRecipe => ({
  ...{ seed: 1, from: `tiny/${name}`, revision: commit, batch: 4, weakShare: 0.3 },
  lengths: { maxLength: 48, maxQuery: 10, maxTitle: 10, maxSummary: 20 },
  training: { ...recipes.cpt.training, steps: 24 },
})

describe.each(Object.keys(shapes))('a tiny %s', (name) => {
  const at = (stage: string) => join(home, name, stage)
  const pairs = () => join(home, 'pairs')

  it('learns the domain, then to rank, then scores every candidate', { timeout: 120_000 }, async () => {
    const before = tf.memory().numTensors
    hub.misbehaviour.breakAfter = 30_000
    await cpt({ pairs: pairs(), out: at('cpt'), recipe: recipe(name) })
    await sft({ pairs: pairs(), teacher: at('cpt'), out: at('sft'), recipe: recipes.sft })
    const teachers = [{ decoder: 'sft', weight: 1 }] as const
    const stages = { sft: at('sft') }
    await score({ pairs: pairs(), stages, out: at('score'), recipe: { ...recipes.score, teachers } })
    expect(tf.memory().numTensors).toBe(before)
    const curve = readFileSync(join(at('cpt'), 'curve.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const losses = curve.map((line) => (JSON.parse(line) as { loss: number }).loss)
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(losses.slice(-4))).toBeLessThan(mean(losses.slice(0, 4)) - 0.3)
    const candidates = readPairs(pairs()).candidates('test')
    const scored = readRun(join(at('score'), 'runs', 'test.run'))
    for (const [query, rows] of candidates) {
      expect(scored.get(query)?.length).toBe(rows.length)
      for (const { score } of scored.get(query)!) expect(Number.isFinite(score)).toBe(true)
    }
    expect(findManifest(at('cpt'))?.inputs.from).toBe(commit)
  })

  it('keeps the vocabulary and the configuration of its checkpoint, and puts its own tokens around a pair', () => {
    const { encoder, config, tokenizer: json, decoder } = readTeacher(at('sft'))
    decoder.dispose()
    expect(json).toBe(readFileSync(join(home, 'published', name, 'tokenizer.json'), 'utf8'))
    // with a ranking head it is of another class
    const { architectures: _, ...published } = JSON.parse(
      readFileSync(join(home, 'published', name, 'config.json'), 'utf8'),
    )
    expect(config).toMatchObject(published)
    const { ids, documentStart } = encoder.encode('red lamp', { title: 'red light', summary: 'A light.' })
    const tokenizer = loadTokenizer(json)
    const { first, last } = shapes[name]!
    expect(Array.from(ids.slice(0, first.length), (id) => tokenizer.tokenOf(id))).toEqual(first)
    expect(tokenizer.tokenOf(ids.at(-1)!)).toBe(last)
    expect(tokenizer.tokenOf(ids[documentStart - 1]!)).toBe('\u010a')
    expect(Array.from(ids).filter((id) => id < 3).length).toBe(first.length + 1)
  })
})

it.each(Object.keys(shapes))(
  'a tiny %s learns by adapters, which merge into its folder and lie next to it for peft',
  { timeout: 120_000 },
  async (name) => {
    const at = (stage: string) => join(home, 'adapted', name, stage)
    const pairs = join(home, 'pairs')
    const lora = { rank: 4, alpha: 8, dropout: 0.1, targets: ['*_proj'] }
    const trains = { embeddings: false, lora, recompute: true }
    const { training } = recipe(name)
    const optimizer = { ...training.optimizer, rates: { parts: { lora_B: 4 } } }
    const learns = { ...recipe(name), trains, training: { ...training, optimizer } }
    const before = tf.memory().numTensors
    await cpt({ pairs, out: at('cpt'), recipe: learns })
    await sft({
      ...{ pairs, teacher: at('cpt'), out: at('sft') },
      recipe: { ...recipes.sft, trains, pooling: 'mean' },
    })
    expect(tf.memory().numTensors).toBe(before)
    const losses = readFileSync(join(at('cpt'), 'curve.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const loss = (line: string) => (JSON.parse(line) as { loss: number }).loss
    expect(loss(losses.at(-1)!)).toBeLessThan(loss(losses[0]!))
    // by hand: the checkpoint and the adapter of cpt, then that of sft, are what the folders hold
    let folder = join(home, 'published', name)
    for (const stage of ['cpt', 'sft']) {
      const merged = mergeAdapter(openTensors(folder), readAdapter(join(at(stage), 'adapter')))
      let changed = 0
      for (const [tensor, { data }] of openTensors(at(stage))) {
        if (!merged.has(tensor)) continue
        const wanted = merged.get(tensor)!.data
        for (const [i, x] of data.entries()) if (Math.abs(x - wanted[i]!) > 1e-6) changed++
      }
      expect(changed, stage).toBe(0)
      folder = at(stage)
    }
    const { config, decoder } = readTeacher(at('sft'))
    decoder.dispose()
    expect(config.disranker.pooling).toBe('mean')
    // and what was trained elsewhere comes in: one more step from checkpoint and adapter begins where cpt ended
    const from = join(home, 'published', name)
    const again = { ...learns, from, adapter: join(at('cpt'), 'adapter') }
    await cpt({ pairs, out: at('again'), recipe: { ...again, training: { ...training, steps: 1 } } })
    const [first] = readFileSync(join(at('again'), 'curve.jsonl'), 'utf8')
      .trim()
      .split('\n')
    expect(loss(first!)).toBeLessThan(loss(losses[0]!))
  },
)

it('trains a part: what is frozen stays bit for bit', { timeout: 60_000 }, async () => {
  const out = join(home, 'part', 'cpt')
  const trains = { embeddings: false, lastLayers: 1 }
  await cpt({ pairs: join(home, 'pairs'), out, recipe: { ...recipe('qwen'), trains } })
  const [before, after] = [join(home, 'published', 'qwen'), out].map((folder) => openTensors(folder))
  for (const [name, { data }] of before!) {
    const changed = after!.get(name)!.data.some((value, i) => value !== data[i])
    expect(changed, name).toBe(/layers\.1\.|model\.norm/.test(name))
  }
})

it('what cannot be had is said in a sentence, and nothing is written', { timeout: 60_000 }, async () => {
  const out = join(home, 'refused', 'cpt')
  const fails = async (part: object, message: RegExp) => {
    const work = cpt({ pairs: join(home, 'pairs'), out, recipe: { ...recipe('qwen'), ...part } as CptRecipe })
    const error = await work.then(
      () => undefined,
      (error: Error) => error,
    )
    expect(error).toBeInstanceOf(InputError)
    expect(error!.message).toMatch(message)
    expect(existsSync(out)).toBe(false)
  }
  await fails({ revision: 'v9' }, /answers 404 for tiny\/qwen: it has no such repository or no revision v9/)
  await fails({ from: './nowhere' }, /There is no folder .\/nowhere/)
  await fails(
    { lengths: { maxLength: 99, maxQuery: 9, maxTitle: 9, maxSummary: 9 } },
    /maxLength is 99; .* reads 64/,
  )
  hub.misbehaviour.dead = true
  await fails({ revision: 'main' }, /sent nothing for 0.5 s/)
})
