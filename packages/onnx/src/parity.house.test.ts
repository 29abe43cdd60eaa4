// The graphs against the network they came from, and against themselves in other company.
import { tmpdir } from 'node:os'
import { openBackend } from '@disranker/engine'
import { embeddedModules } from '@disranker/fused-encoder'
import { loadReranker, type RerankerOptions } from '@disranker/reranker'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { createEncoder, createStaticScore, scorePairs } from '@disranker/transformer'
import { beforeAll, describe, expect, it } from 'vitest'
import { RUNTIMES } from '../testing/run-graph.ts'
import { DOCUMENTS, QUERY, tinyStatic, tinyStudent } from '../testing/tiny-student.ts'
import { buildBundle } from './bundle.ts'
import { createCheckpoint } from './graph/checkpoint.ts'
import { floatGraph } from './graph/float-graph.ts'
import { type ActivationScales, int8Graph } from './graph/int8-graph.ts'
import { unfusedGraph } from './graph/unfused-graph.ts'
import { calibrate } from './int8/calibrate.ts'
import { quantisationWays } from './int8/quantisation-ways.ts'

type Graphs = Record<
  'fp32' | 'int8' | 'unfused' | 'staticFp32' | 'staticInt8',
  { model: Uint8Array; data: Uint8Array }
>
let graphs: Graphs
let rows: { ids: Int32Array; typeIds: Int32Array }[]
let byteScales: ActivationScales
/** what the static bi-encoder adds */
let added: Float64Array
/** logits of TensorFlow.js's plain cpu backend */
let logits: Float32Array

beforeAll(async () => {
  await openBackend('cpu')
  const student = tinyStudent()
  const { encoding } = student.config.disranker as { encoding: Encoding }
  const pairs = createPairEncoder(loadTokenizer(student.tokenizer), encoding)
  rows = DOCUMENTS.map((document) => pairs.encode(QUERY, document))
  const encoder = createEncoder(student.config, { tensors: student.tensors })
  logits = scorePairs(encoder, rows)
  encoder.dispose()
  const checkpoint = createCheckpoint(student.config, student.tensors)
  const { staticBiEncoder } = tinyStatic(student)
  const term = { ...staticBiEncoder, weight: 3, tokenTypes: student.config.type_vocab_size }
  const staticScore = createStaticScore(staticBiEncoder)
  added = Float64Array.from(rows, (row) => 3 * staticScore(row))
  const scales = await calibrate(checkpoint, rows, tmpdir())
  byteScales = scales
  graphs = {
    staticFp32: floatGraph(checkpoint, { staticTerm: term }),
    staticInt8: int8Graph(checkpoint, scales, term),
    fp32: floatGraph(checkpoint),
    int8: int8Graph(checkpoint, scales),
    unfused: unfusedGraph(checkpoint),
  }
})

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, at) => Math.abs(value - b[at]!)))

describe.each(['native', 'wasm'] as const)('in %s onnxruntime', (runtime) => {
  it('float32 gives what TensorFlow.js gives', async () => {
    const runner = await RUNTIMES[runtime](graphs.fp32)
    expect(furthest(await runner.run(rows), logits)).toBeLessThan(1e-5)
    // the texts must lie apart for the line above to say something
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(0.5)
    await runner.release()
  })

  it.each(['int8', 'unfused'] as const)('%s is near it', async (precision) => {
    const runner = await RUNTIMES[runtime](graphs[precision])
    const range = Math.max(...logits) - Math.min(...logits)
    expect(furthest(await runner.run(rows), logits)).toBeLessThan(0.1 * range)
    await runner.release()
  })

  it.each([
    ['fp32', 'staticFp32', 1e-5],
    ['int8', 'staticInt8', 0.03],
  ] as const)('a static bi-encoder adds to %s what it scores', async (plain, withTerm, bound) => {
    const [without, beside] = [
      await RUNTIMES[runtime](graphs[plain]),
      await RUNTIMES[runtime](graphs[withTerm]),
    ]
    const [logits, scores] = [await without.run(rows), await beside.run(rows)]
    const sums = scores.map((score, at) => score - logits[at]!)
    expect(furthest(sums, added)).toBeLessThan(bound)
    expect(Math.max(...added) - Math.min(...added)).toBeGreaterThan(0.3)
    await without.release()
    await beside.release()
  })

  it.each(['fp32', 'int8', 'staticFp32', 'staticInt8'] as const)(
    '%s scores a text alike alone, among 9 others, and padded to twice its length',
    async (precision) => {
      const runner = await RUNTIMES[runtime](graphs[precision])
      const among = await runner.run(rows)
      for (const [at, row] of rows.entries()) {
        const [alone] = await runner.run([row])
        const [padded] = await runner.run([row], 2 * row.ids.length)
        expect(Math.abs(alone! - among[at]!)).toBeLessThan(1e-4)
        expect(Math.abs(alone! - padded!)).toBeLessThan(1e-4)
      }
      // padding behind the last position, too, is padding
      expect(Math.max(...rows.map(({ ids }) => 2 * ids.length))).toBeGreaterThan(44)
      await runner.release()
    },
  )
})

it('the fused encoder reads a second byte as onnxruntime does', async () => {
  for (const { scales } of quantisationWays(byteScales)) {
    const bundle = buildBundle({ ...tinyStudent(), precision: 'int8', activationScales: scales })
    const scores: number[][] = []
    for (const engine of ['fused', 'onnxruntime'] as const) {
      const reranker = await loadReranker(bundle, { engine })
      scores.push([...(await reranker.score(QUERY, DOCUMENTS))])
      await reranker.dispose()
    }
    expect(furthest(scores[0]!, scores[1]!)).toBeLessThan(1e-4)
  }
})

it('seven bits give the same bits by every form of the kernels, and what onnxruntime gives', async () => {
  const modules = await embeddedModules()
  // half of the range, so that many activations are cut
  const cut = Object.fromEntries(
    Object.entries(byteScales).map(([site, { scale, zero }]) => [site, { scale: scale / 2, zero }]),
  )
  const { scales } = quantisationWays(cut, { maxLoss: 1 })[0]!
  const bundle = buildBundle({ ...tinyStudent(), precision: 'int8', activationScales: scales })
  const scored = async (options: RerankerOptions) => {
    const reranker = await loadReranker(bundle, options)
    const scores = [...(await reranker.score(QUERY, DOCUMENTS))]
    await reranker.dispose()
    return { scores, engine: reranker.engine }
  }
  const exact = await scored({ engine: 'fused', fused: { exact: modules.exact } })
  const fast = await scored({ engine: 'fused', fused: modules })
  expect([exact.engine, fast.engine]).toEqual([
    'fused, exact',
    expect.stringMatching(/^fused, (seven|relaxed)$/),
  ])
  expect(fast.scores).toEqual(exact.scores)
  const { scores } = await scored({ engine: 'onnxruntime' })
  expect(furthest(scores, exact.scores)).toBeLessThan(1e-4)
})

it('dynamic scales, which int8 leaves out, do depend on the company', async () => {
  const runner = await RUNTIMES.wasm(graphs.unfused)
  const among = await runner.run(rows)
  const alone = await Promise.all(rows.slice(0, 1).map((row) => runner.run([row])))
  expect(Math.abs(alone[0]![0]! - among[0]!)).toBeGreaterThan(1e-4)
  await runner.release()
})
