// Published weights against the reference implementation (sentence-transformers 6.2.0, torch 2.15.0). They are not in the
// project: DISRANKER_TEST_MODELS names a folder with minilm/, the Hugging Face folder of all-MiniLM-L6-v2.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openBackend } from '@disranker/engine'
import { expect, test } from 'vitest'
import { createEncoder } from '../encoder/encoder.ts'
import { readModelFolder } from '../tensors/model-folder.ts'
import { packBatch } from '../token-batch.ts'
import type { BertConfig } from './bert/config.ts'

/** tokens of a sentence, and the first features of its embedding: the mean of the states, of length 1 */
const SENTENCES = [
  {
    ids: [101, 2129, 2000, 6366, 4157, 27094, 2013, 1037, 10135, 102],
    features: [0.025781, 0.040671, 0.030226, 0.071411, 0.032547, 0.044253],
  },
  {
    ids: [101, 3638, 2003, 2109, 2153, 2044, 2009, 2001, 10650, 1012, 102],
    features: [0.035779, 0.033354, -0.066783, 0.081496, 0.022896, 0.041109],
  },
  {
    ids: [101, 24665, 2080, 17499, 1010, 15743, 7668, 1010, 1746, 1861, 3793, 13138, 999, 102],
    features: [-0.015555, 0.080292, 0.001414, 0.007027, -0.016252, 0.060227],
  },
]
const root = process.env.DISRANKER_TEST_MODELS
const there = root !== undefined && existsSync(join(root, 'minilm', 'model.safetensors'))
if (!there)
  console.warn(
    `Real weights of minilm are not tested: ${root ? `${join(root, 'minilm')} is missing` : 'DISRANKER_TEST_MODELS is not set'}.`,
  )

test.skipIf(!there)('MiniLM embeds sentences as the reference does within 1e-3', async () => {
  await openBackend('wasm')
  const { config, tensors } = readModelFolder<BertConfig>(join(root!, 'minilm'))
  const encoder = createEncoder(config, { tensors })
  const rows = SENTENCES.map(({ ids }) => ({ ids, typeIds: ids.map(() => 0) }))
  const means = encoder.embed(packBatch(rows))
  const found = means.arraySync()
  for (const [row, { features }] of SENTENCES.entries()) {
    const length = Math.hypot(...found[row]!)
    for (const [at, wanted] of features.entries())
      expect(Math.abs(found[row]![at]! / length - wanted)).toBeLessThan(1e-3)
  }
  means.dispose()
  encoder.dispose()
})
