// Cross-encoders from elsewhere, imported and served in the real workerd: the scores are those of native onnxruntime.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble } from '@disranker/edge/assemble'
import { type Served, serve } from '@disranker/edge/serve'
import { importModel } from '@disranker/onnx'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { writeModelFolder } from '@disranker/transformer'
import { type GoldenEncoder, goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'

const KINDS = ['bert', 'bert-two-labels', 'roberta', 'xlm-roberta', 'distilbert', 'electra', 'modernbert']
const home = mkdtempSync(join(tmpdir(), 'edge-import-'))
const bundleOf = (name: string) => join(home, `${name}-bundle`)
let served: Served

beforeAll(async () => {
  const goldens = goldenEncoders().filter(({ name }) => KINDS.includes(name))
  for (const golden of goldens) {
    const folder = join(home, golden.name)
    mkdirSync(folder)
    writeModelFolder(folder, golden)
    // weights of chance: how well int8 ranks is another test's; this bound makes some hold activations in two bytes
    await importModel({ folder, out: bundleOf(golden.name), pairs: pairsOf(golden), minAgreement: 0.94 })
  }
  const dist = join(home, 'dist')
  const models: Record<string, unknown> = {}
  for (const name of KINDS) {
    await assemble({ bundle: bundleOf(name), example: EXAMPLE, out: join(home, `dist-${name}`), id: name })
    Object.assign(models, JSON.parse(readFileSync(join(home, `dist-${name}`, 'models.json'), 'utf8')))
  }
  await assemble({ bundle: bundleOf('bert'), example: EXAMPLE, out: dist, id: 'bert' })
  for (const name of KINDS.slice(1))
    cpSync(join(home, `dist-${name}`, 'models', name), join(dist, 'models', name), {
      recursive: true,
    })
  writeFileSync(join(dist, 'models.json'), JSON.stringify(models))
  served = await serve({ dist, alone: true })
}, 300_000)
afterAll(async () => {
  await served?.close()
  rmSync(home, { recursive: true, force: true })
})

function pairsOf({ name, pairs }: GoldenEncoder): string {
  const path = join(home, `${name}.jsonl`)
  const rows = pairs.flatMap(([query]) => pairs.map(([, document]) => ({ query, document })))
  writeFileSync(path, [...rows, ...rows].map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

/** Scores of the bundle's own graph in native onnxruntime, one text at a time. */
async function native(name: string, query: string, documents: readonly string[]): Promise<number[]> {
  const read = (file: string) => readFileSync(join(bundleOf(name), file), 'utf8')
  const { encoding } = JSON.parse(read('config.json')).disranker
  const encoder = createPairEncoder(loadTokenizer(read('tokenizer.json')), encoding)
  const session = await ort.InferenceSession.create(join(bundleOf(name), 'model.onnx'))
  const scores: number[] = []
  for (const summary of documents) {
    const { ids, typeIds } = encoder.encode(query, { summary })
    const tensor = (values: Int32Array) =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
    const { logits } = await session.run({
      input_ids: tensor(ids),
      attention_mask: tensor(new Int32Array(ids.length).fill(1)),
      token_type_ids: tensor(typeIds),
    })
    scores.push(logits!.data[0] as number)
  }
  await session.release()
  return scores
}

it.each(KINDS)('%s answers in workerd as in onnxruntime-node', async (name) => {
  const { pairs } = goldenEncoders().find((golden) => golden.name === name)!
  const documents = pairs.map(([, document]) => document)
  const query = pairs[0]![0]
  const response = await fetch(`${served.url}/v2/rerank`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: name, query, documents }),
  })
  expect(response.status, await response.clone().text()).toBe(200)
  const { results } = (await response.json()) as { results: { index: number; relevance_score: number }[] }
  const wanted = await native(name, query, documents)
  expect(results).toHaveLength(documents.length)
  // other kernels, other rounding: some thousandths of a logit
  for (const { index, relevance_score } of results)
    expect(relevance_score).toBeCloseTo(1 / (1 + Math.exp(-wanted[index]!)), 2)
})
