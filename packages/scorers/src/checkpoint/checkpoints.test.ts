// Tiny checkpoints of random weights in Hugging Face's form; real ones where DISRANKER_TEST_MODELS names a folder with minilm/.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { bertSpecialTokens, createPairEncoder, loadTokenizer, trainWordPiece } from '@disranker/tokenizer'
import {
  createEncoder,
  createStaticScore,
  readModelFolder,
  scorePairs,
  tensorsOf,
  writeModelFolder,
  writeStaticBiEncoder,
} from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keepsTheContract, PAIRS } from '../../testing/contract.ts'
import { textOf } from '../scorer.ts'
import { biEncoderScorer } from './bi-encoder.ts'
import { crossEncoderScorer } from './cross-encoder.ts'

const config = {
  model_type: 'bert' as const,
  vocab_size: 200,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 64,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu' as const,
  initialization: 'scaled' as const,
}
const lengths = { maxLength: 48, maxQuery: 12 }
let home: string
let folder: string
beforeAll(async () => {
  await openBackend('wasm', {})
  home = mkdtempSync(join(tmpdir(), 'checkpoints-'))
  folder = join(home, 'model')
  mkdirSync(folder)
  const texts = PAIRS.flatMap(({ query, document }) => [query, textOf(document)])
  const tokenizer = trainWordPiece(texts, {
    vocabSize: 200,
    minFrequency: 1,
    specialTokens: bertSpecialTokens(),
  })
  const encoder = createEncoder(config, { seed: 5 })
  writeModelFolder(folder, {
    config,
    tensors: tensorsOf(encoder.weights),
    tokenizer: JSON.stringify(tokenizer),
  })
  encoder.dispose()
})
afterAll(() => rmSync(home, { recursive: true }))

keepsTheContract('a cross-encoder', { open: () => crossEncoderScorer(folder, lengths) })
keepsTheContract('a bi-encoder by its mean', { open: () => biEncoderScorer(folder, lengths) })
keepsTheContract('a bi-encoder by its first token', {
  open: () => biEncoderScorer(folder, { ...lengths, pooling: 'cls' }),
})

it('embeds a text that is query and document alike with a cosine of 1', async () => {
  const scorer = biEncoderScorer(folder, { ...lengths, queryPrefix: 'a ', documentPrefix: 'a ' })
  const document = { title: 'rain coat', summary: '' }
  expect((await scorer.score([{ query: 'rain coat', document }]))[0]).toBeCloseTo(1, 5)
  scorer.close()
})

it('scores a student of ours with all that is added to its logit', async () => {
  const { tensors, tokenizer } = readModelFolder(folder)
  const student = join(home, 'student')
  mkdirSync(student)
  const encoding = { form: 'bert', ...lengths, maxTitle: 10, maxSummary: 20 } as const
  const staticBiEncoder = {
    features: 2,
    types: { query: [0], document: [1] },
    table: Float32Array.from({ length: 400 }, (_, at) => Math.sin(at)),
  }
  const disranker = {
    encoding,
    wide: { features: 2, types: staticBiEncoder.types },
    score: { wideWeight: 3 },
  }
  writeModelFolder(student, { config: { ...config, disranker }, tensors, tokenizer })
  const open = () => crossEncoderScorer(student, lengths)
  expect(open).toThrow(/has no wide.safetensors/)
  writeStaticBiEncoder(student, staticBiEncoder)
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  const network = createEncoder(config, { tensors })
  const rows = PAIRS.map(({ query, document }) => encoder.encode(query, document))
  const logits = scorePairs(network, rows)
  network.dispose()
  const scorer = open()
  const scores = await scorer.score(PAIRS)
  scorer.close()
  for (const [at, row] of rows.entries())
    expect(scores[at]).toBeCloseTo(logits[at]! + 3 * createStaticScore(staticBiEncoder)(row), 4)
})

it('leaves no tensor over, and refuses what is too long or pooled otherwise', () => {
  const before = tf.memory().numTensors
  expect(() => crossEncoderScorer(folder, { ...lengths, maxLength: 100 })).toThrow(/reads 64 tokens at most/)
  expect(tf.memory().numTensors).toBe(before)
  mkdirSync(join(folder, '1_Pooling'))
  writeFileSync(join(folder, '1_Pooling', 'config.json'), JSON.stringify({ pooling_mode_max_tokens: true }))
  expect(() => biEncoderScorer(folder, lengths)).toThrow(/pools by max, which is not built/)
  rmSync(join(folder, '1_Pooling'), { recursive: true })
})

it('ignores what a file has in addition to the weights, such as numbers of positions', () => {
  const positions = join(home, 'positions')
  cpSync(folder, positions, { recursive: true })
  const file = join(positions, 'model.safetensors')
  const bytes = readFileSync(file)
  const end = 8 + Number(bytes.readBigUInt64LE())
  const header = JSON.parse(bytes.subarray(8, end).toString()) as Record<string, unknown>
  const data = bytes.subarray(end)
  const added = { dtype: 'I64', shape: [1, 64], data_offsets: [data.length, data.length + 512] }
  const text = Buffer.from(JSON.stringify({ ...header, 'bert.embeddings.position_ids': added }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  writeFileSync(file, Buffer.concat([length, text, data, Buffer.alloc(512)]))
  biEncoderScorer(positions, lengths).close()
})

const root = process.env.DISRANKER_TEST_MODELS
const real = root && join(root, 'minilm')
const there = real !== undefined && existsSync(join(real, 'model.safetensors'))
it.skipIf(!there)('MiniLM gives the cosines of sentence-transformers 6.2.0 within 1e-3', async () => {
  const scorer = biEncoderScorer(real!, { maxLength: 256, maxQuery: 256 })
  const scores = await scorer.score(PAIRS)
  scorer.close()
  for (const [at, wanted] of REFERENCE.entries()) expect(Math.abs(scores[at]! - wanted)).toBeLessThan(1e-3)
  expect(() => crossEncoderScorer(real!, lengths)).toThrow(/is no cross-encoder: it has no classifier.weight/)
})
/** SentenceTransformer('all-MiniLM-L6-v2').similarity of the pairs, title and summary on lines of their own */
const REFERENCE: readonly number[] = [0.77661, 0.225179, 0.782833, 0.660807, 0.284531, 0.37219, 0.734195]
