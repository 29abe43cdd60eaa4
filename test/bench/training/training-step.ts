// One process of the training benchmark: `node training-step.ts <backend> <steps>` prints its figures as JSON.
import { type BackendName, openBackend } from '@disranker/engine'
import { fit, pointwiseMse } from '@disranker/training'
import { createEncoder, packBatch } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'

const [L, D, I, T, B, V] = [4, 256, 1024, 64, 32, 8192]
const [backend, steps] = [process.argv[2] as BackendName, Number(process.argv[3])]
await openBackend(backend, {})
const encoder = createEncoder(
  {
    model_type: 'bert',
    vocab_size: V,
    hidden_size: D,
    num_hidden_layers: L,
    num_attention_heads: 4,
    intermediate_size: I,
    max_position_embeddings: T,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
  },
  { seed: 1 },
)
const texts = Array.from({ length: B }, (_, row) => ({
  ids: Int32Array.from({ length: T }, (_, column) => (row * 7919 + column * 104_729) % V),
  typeIds: new Int32Array(T),
}))
const batch = packBatch(texts)
const times: number[] = []
let began = 0
await fit({
  weights: encoder.weights,
  // the first step compiles and allocates
  steps: steps + 1,
  schedule: { shape: 'constant', peak: 1e-4, warmup: 0 },
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  seed: 1,
  batch() {
    began = performance.now()
    return batch
  },
  loss: (batch) => pointwiseMse(encoder.score(batch).as2D(4, B / 4), tf.zeros([4, B / 4])),
  onStep: () => void times.push(performance.now() - began),
})
// multiply-adds of the matrix products, twice; backward costs two forwards
// of the last layer only keys and values are computed for every token, the rest for the first token of a row
const whole = B * T * (4 * D * D + 2 * D * I + 2 * T * D)
const last = B * T * 2 * D * D + B * (2 * D * D + 2 * D * I + 2 * T * D)
const forward = 2 * ((L - 1) * whole + last)
const milliseconds = times.slice(1)
const middle = [...milliseconds].sort((a, b) => a - b)[Math.floor(milliseconds.length / 2)]!
const result = { backend, milliseconds, gflops: (3 * forward) / middle / 1e6 }
console.log(JSON.stringify({ ...result, ...(backend === 'wasm' && { sgemm: await sgemm() }) }))

async function sgemm(): Promise<number> {
  const N = 1024
  const a = tf.randomNormal<tf.Rank.R2>([N, N], 0, 1, 'float32', 1)
  const b = tf.randomNormal<tf.Rank.R2>([N, N], 0, 1, 'float32', 2)
  const times = Array.from({ length: 8 }, () => {
    const began = performance.now()
    // nothing is returned: tidy would look through a million numbers for tensors
    tf.tidy(() => {
      tf.matMul(a, b).dataSync()
    })
    return performance.now() - began
  })
  return (2 * N ** 3) / Math.min(...times) / 1e6
}
