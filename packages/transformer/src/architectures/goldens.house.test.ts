// Every architecture against the reference implementation, on tiny checkpoints.
import { openBackend } from '@disranker/engine'
import { everyBackend } from '@disranker/engine/testing/contract'
import { beforeAll, describe, expect, test } from 'vitest'
import { goldenEncoders } from '../../testing/golden-encoders.ts'
import { createEncoder } from '../encoder/encoder.ts'
import { scorePairs } from '../score-pairs.ts'
import { packBatch } from '../token-batch.ts'

describe.each(everyBackend)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend)
  })

  test.each(goldenEncoders())('$name computes what $reference computes', (golden) => {
    const encoder = createEncoder(golden.config, { tensors: golden.tensors })
    if (encoder.fresh.length === 0) {
      const scores = scorePairs(encoder, golden.rows)
      for (const [row, logits] of golden.outputs.entries())
        expect(scores[row]).toBeCloseTo(logits.length === 2 ? logits[1]! - logits[0]! : logits[0]!, 4)
    } else {
      expect(encoder.fresh).toEqual(['classifier.weight', 'classifier.bias'])
      const means = encoder.embed(packBatch(golden.rows))
      const found = means.arraySync()
      means.dispose()
      for (const [row, mean] of golden.outputs.entries())
        for (const [at, value] of mean.entries()) expect(found[row]![at]).toBeCloseTo(value, 4)
    }
    encoder.dispose()
  })
})
