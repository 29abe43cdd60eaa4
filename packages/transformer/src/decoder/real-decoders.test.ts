// Published weights against the reference implementation. They are not in the project: DISRANKER_TEST_MODELS names a folder
// with smollm2/ and gemma3/, Hugging Face folders of SmolLM2-135M-Instruct and Gemma 3 270M; only the very files that the
// reference figures were computed from are compared.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DecoderConfig } from '../architectures.ts'
import { readModelFolder } from '../tensors/model-folder.ts'
import { packBatch } from '../token-batch.ts'
import { createDecoder } from './decoder.ts'

interface RealDecoder {
  readonly folder: string
  /** of model.safetensors */
  readonly sha256: string
  readonly reference: string
  readonly cases: readonly {
    readonly text: string
    readonly ids: readonly number[]
    /** log P(ids[i + 1] | ids[0 .. i]) */
    readonly nextLogProbabilities: readonly number[]
    /** the likeliest token behind the text */
    readonly top: number
    readonly topLogProbability: number
  }[]
}

const figures = new URL('../../testing/real-decoders.json', import.meta.url)
const models = JSON.parse(readFileSync(figures, 'utf8')) as RealDecoder[]
const root = process.env.DISRANKER_TEST_MODELS

beforeAll(() => openBackend('wasm'))

describe.each(models)('$folder', ({ folder, sha256, cases }) => {
  const home = root === undefined ? undefined : join(root, folder)
  const there = home !== undefined && existsSync(join(home, 'model.safetensors'))
  if (!there)
    console.warn(
      `Real weights of ${folder} are not tested: ${home ? `${home} is missing` : 'DISRANKER_TEST_MODELS is not set'}.`,
    )

  test.skipIf(!there)('next-token log-probabilities are those of the reference within 1e-3', async () => {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(home!, 'model.safetensors')), hash)
    expect(hash.digest('hex'), `${folder}: the file that the figures were computed from`).toBe(sha256)
    const { config, tensors } = readModelFolder<DecoderConfig>(home!)
    const decoder = createDecoder(config, { tensors })
    expect(decoder.fresh).toEqual(['score.weight'])
    for (const { ids, nextLogProbabilities, top, topLogProbability } of cases) {
      const batch = packBatch([{ ids, typeIds: ids.map(() => 0) }])
      const positions = Int32Array.from(ids.keys())
      const likely = tf.tidy(() => tf.logSoftmax(decoder.logits(batch, positions)).arraySync()) as number[][]
      const worst = Math.max(
        ...nextLogProbabilities.map((wanted, i) => Math.abs(likely[i]![ids[i + 1]!]! - wanted)),
        Math.abs(likely.at(-1)![top]! - topLogProbability),
      )
      console.log(
        `${folder}: largest difference of ${ids.length} log-probabilities ${worst.toExponential(1)}`,
      )
      expect(worst).toBeLessThan(1e-3)
      const last = likely.at(-1)!
      expect(last.reduce((best, value, token) => (value > last[best]! ? token : best), 0)).toBe(top)
    }
    decoder.dispose()
  })
})
