// One process of the benchmark of adapters: `node lora-step.ts <folder> <plain|recompute> <steps>` prints its figures as JSON.
import { openBackend } from '@disranker/engine'
import { fit } from '@disranker/training'
import { createDecoder, type DecoderConfig, packBatch, readModelFolder } from '@disranker/transformer'

const [folder, kind, steps] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4])]
const [B, T] = [4, 256]
await openBackend('wasm', {})
const { config, tensors } = readModelFolder<DecoderConfig>(folder)
const decoder = createDecoder(
  config,
  { tensors, seed: 1 },
  {
    trains: () => false,
    lora: { rank: 8, alpha: 16, targets: ['q_proj', 'v_proj'] },
    recompute: kind === 'recompute',
  },
)
const texts = Array.from({ length: B }, (_, row) => ({
  ids: Int32Array.from({ length: T }, (_, column) => (row * 7919 + column * 104_729) % config.vocab_size),
  typeIds: new Int32Array(T),
}))
const batch = packBatch(texts)
const targets = batch.ids.map((_, at) => ((at % T) + 1 < T ? batch.ids[at + 1]! : -1))
const milliseconds: number[] = []
const losses: number[] = []
let began = 0
await fit({
  weights: decoder.weights,
  // the first step compiles and allocates
  steps: steps + 1,
  schedule: { shape: 'constant', peak: 1e-3, warmup: 0 },
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 },
  seed: 1,
  batch() {
    began = performance.now()
    return batch
  },
  loss: (batch) => decoder.languageLoss(batch, targets),
  onStep({ loss }) {
    milliseconds.push(performance.now() - began)
    losses.push(loss)
  },
})
let trained = 0
for (const weight of decoder.weights.values()) trained += weight.size
const megabytes = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ milliseconds: milliseconds.slice(1), losses, trained, megabytes }))
