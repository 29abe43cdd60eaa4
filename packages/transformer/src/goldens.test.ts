// Every architecture against the reference implementation, on tiny checkpoints.

import { openBackend } from '@disranker/engine'
import { beforeAll, describe, expect, test } from 'vitest'
import { goldenEncoders } from '../testing/golden-encoders.ts'
import { createEncoder } from './encoder.ts'
import { readEncoder } from './encoder-model.ts'
import { encoderTensors } from './encoder-tensors.ts'
import type { TensorData } from './safetensors.ts'
import { scorePairs } from './score-pairs.ts'
import { packBatch } from './token-batch.ts'

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  test.each(goldenEncoders())('$name computes what $reference computes', (golden) => {
    const model = readEncoder(golden.config, golden.tensors)
    const { tensors, missingHead } = encoderTensors(model, golden.tensors)
    const ranks = missingHead.length === 0
    if (ranks) {
      const encoder = createEncoder(golden.config, { tensors })
      const scores = scorePairs(encoder, golden.rows)
      encoder.dispose()
      for (const [row, logits] of golden.outputs.entries())
        expect(scores[row]).toBeCloseTo(logits.length === 2 ? logits[1]! - logits[0]! : logits[0]!, 4)
    } else {
      const encoder = createEncoder(golden.config, {
        tensors: new Map<string, TensorData>([...tensors, ...headOf(model)]),
      })
      const means = encoder.embed(packBatch(golden.rows))
      const found = means.arraySync()
      means.dispose()
      encoder.dispose()
      for (const [row, mean] of golden.outputs.entries())
        for (const [at, value] of mean.entries()) expect(found[row]![at]).toBeCloseTo(value, 4)
    }
  })
})

const headOf = (model: ReturnType<typeof readEncoder>) =>
  model.weights
    .filter(({ name }) => model.head.includes(name))
    .map(
      ({ name, shape }) =>
        [name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }] as const,
    )
