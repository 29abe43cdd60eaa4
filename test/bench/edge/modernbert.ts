// `npm run bench -- modernbert`: both engines on a ModernBERT in the shape of ettin-17m (7 layers, 256 wide), in workerd and in Node, in
// turns: 50 documents of 80 tokens, and one text of 16 tokens, as a query encoder reads it. Its weights are random, which changes no time.
// `npm run bench -- modernbert 32m` takes the shape of ettin-32m, `npm run bench -- modernbert 17m seven` activations of seven bits.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEncoderCheckpoint } from '@disranker/checkpoint'
import { openBackend } from '@disranker/engine'
import { buildBundle, writeBundle } from '@disranker/onnx'
import { createCheckpoint } from '@disranker/onnx/graph/checkpoint'
import { calibrate } from '@disranker/onnx/int8/calibrate'
import { quantisationWays } from '@disranker/onnx/int8/quantisation-ways'
import { loadReranker } from '@disranker/reranker'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { createEncoder, tensorsOf, writeModelFolder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { compareBundles, wordDocuments } from './edge-bundle.ts'
import { quantile } from './example-requests.ts'

/** github.com/JHU-CLSP/ettin-encoder-vs-decoder, README.md and pretraining/configs */
const SHAPES: Readonly<Record<string, object>> = {
  '17m': { num_hidden_layers: 7, hidden_size: 256, intermediate_size: 384, num_attention_heads: 4 },
  '32m': { num_hidden_layers: 10, hidden_size: 384, intermediate_size: 576, num_attention_heads: 6 },
}
const LENGTHS = { maxLength: 80, maxQuery: 28, maxTitle: 20, maxSummary: 60 }
const ENGINES = ['fused', 'onnxruntime'] as const
const [QUERY, ONE_QUERY] = ['as it was for', 'as it was']
const ROUNDS = 20

export async function run(): Promise<void> {
  const size = process.argv[3] ?? '17m'
  const shape = SHAPES[size]
  if (shape === undefined)
    throw new Error(`There is no shape ${size}: wanted ${Object.keys(SHAPES).join(', ')}.`)
  const home = mkdtempSync(join(tmpdir(), 'bench-modernbert-'))
  try {
    const bundle = join(home, `ettin-${size}`)
    await writeRandom(shape, join(home, 'checkpoint'), bundle, process.argv[4] === 'seven')
    await compareBundles([bundle])
    await compareBundles([bundle], { query: ONE_QUERY, documents: [{ summary: 'be or this from' }] })
    await inNode(bundle)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Leaves a bundle of random weights, and the checkpoint that it is made of. */
async function writeRandom(shape: object, folder: string, bundle: string, seven: boolean): Promise<void> {
  await openBackend('cpu')
  const { tokenizer } = goldenEncoders().find(({ name }) => name === 'modernbert')!
  const config = {
    ...{ model_type: 'modernbert', vocab_size: 50_368, max_position_embeddings: 7_999 },
    ...{ local_attention: 128, global_attn_every_n_layers: 3, ...shape },
  }
  const encoder = createEncoder(config, { seed: 1 })
  mkdirSync(folder)
  writeModelFolder(folder, { config, tensors: tensorsOf(encoder.weights), tokenizer })
  encoder.dispose()
  const source = readEncoderCheckpoint(folder)
  const encoding = { form: 'pair', template: source.template, ...LENGTHS } as const
  const pairs = createPairEncoder(loadTokenizer(tokenizer), encoding)
  const texts = wordDocuments(8).map((document) => pairs.encode(QUERY, document))
  const calibrated = await calibrate(createCheckpoint(source.config, source.tensors), texts, folder)
  const [first] = quantisationWays(calibrated, seven ? { maxLoss: 1 } : undefined)
  const told = { ...source.config, disranker: { encoding } }
  writeBundle(
    bundle,
    buildBundle({
      ...source,
      config: told,
      precision: 'int8',
      activationScales: first!.scales,
      source: undefined,
    }),
  )
}

/** Prints the CPU of both engines in this process. */
async function inNode(bundle: string): Promise<void> {
  for (const [query, documents] of [
    [QUERY, wordDocuments(50)],
    [ONE_QUERY, [{ summary: 'be or this from' }]],
  ] as const) {
    const rerankers = await Promise.all(ENGINES.map((engine) => loadReranker(bundle, { engine })))
    const costs: number[][] = rerankers.map(() => [])
    const scores: Float32Array[] = []
    let tokens = 0
    // a single text is too short for the clock of CPU
    const times = documents.length === 1 ? 50 : 1
    for (let round = 0; round <= ROUNDS; round++)
      for (const [at, reranker] of rerankers.entries()) {
        const before = process.cpuUsage()
        for (let time = 0; time < times; time++) scores[at] = await reranker.score(query, documents)
        const { user, system } = process.cpuUsage(before)
        if (round > 0) costs[at]!.push((user + system) / 1000 / times)
        else tokens = (await reranker.rank(query, documents)).tokens
      }
    const [fused, onnxruntime] = costs.map((each) => quantile(each, 0.5))
    const apart = Math.max(...scores[0]!.map((score, row) => Math.abs(score - scores[1]![row]!)))
    console.log(
      `Node, ${documents.length} texts with ${tokens} tokens, CPU, median of ${ROUNDS}: ${rerankers[0]!.engine} ${fused!.toFixed(2)} ms, onnxruntime-web ${onnxruntime!.toFixed(2)} ms, ` +
        `${(onnxruntime! / fused!).toFixed(2)}x; memory ${rerankers.map((one) => (one.heapBytes() / 2 ** 20).toFixed(1)).join(' and ')} MB; scores ${apart.toExponential(1)} apart at most`,
    )
    for (const reranker of rerankers) await reranker.dispose()
  }
}
