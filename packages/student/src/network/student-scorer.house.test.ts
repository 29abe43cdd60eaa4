import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecords, type Pairs } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { plainProgress, type Work } from '@disranker/stage'
import { createPairEncoder } from '@disranker/tokenizer'
import { afterAll, expect, test, vi } from 'vitest'
import { writeStudent } from './student-folder.ts'
import { splitsScorer, studentScore } from './student-scorer.ts'
import { startStudent } from './student-start.ts'

const scratch = mkdtempSync(join(tmpdir(), 'student-'))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(scratch, { recursive: true })
})

const TEXTS = ['a red shoe', 'shoes for the road, red and light', 'rain coat', 'a coat for rain and snow']
const documents = TEXTS.map((summary, at) => ({ id: `${at}`, title: `number ${at}`, summary }))
/** the pairs of so many candidates */
const pairsOf = (candidates: number): Pairs => ({
  documents: listRecords(documents),
  queries: listRecords([{ id: 'q', text: 'red shoes', split: 'test' as const }]),
  clicks: [],
  judgements: new Map(),
  candidates: (split) =>
    new Map(
      split === 'test'
        ? [['q', Array.from({ length: candidates }, (_, at) => ({ document: `${at % 4}`, score: 0 }))]]
        : [],
    ),
  firstStage: () => new Map(),
  close() {},
})

test('threads score as the network that trained', async () => {
  vi.stubEnv('DISRANKER_THREADS', '2')
  await openBackend('wasm', {})
  const lengths = { maxLength: 32, maxQuery: 8, maxTitle: 8, maxSummary: 16 }
  const exactMatch = { levels: [0.5, 2] as const, k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 2 }
  const start = await startStudent(
    {
      vocabulary: { form: 'bert', size: 200, ...lengths, exactMatch },
      model: {
        ...{ model_type: 'bert', hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2 },
        ...{ intermediate_size: 32, layer_norm_eps: 1e-12, hidden_act: 'gelu' },
      },
    },
    pairsOf(1),
    undefined,
    () => {},
  )
  const encoder = start.create(5)
  const score = studentScore(encoder, createPairEncoder(start.tokenizer, start.encoding))
  const work: Work = {
    folder: scratch,
    scratch,
    progress: plainProgress(() => {}),
    signal: new AbortController().signal,
    part: 'all',
    closeLater: (resource) => resource,
  }
  const folder = () => {
    writeStudent(scratch, { encoder, start, lexicalWeight: 0 })
    return scratch
  }
  const few = splitsScorer(encoder, { score, pairs: pairsOf(1999), work, folder })
  expect(few.ahead).toBe(false)
  const many = splitsScorer(encoder, { score, pairs: pairsOf(2000), work, folder })
  const items = Array.from({ length: 700 }, (_, at) => ({
    query: 'red shoes',
    document: documents[at % 4]!,
    first: 0,
  }))
  try {
    expect(many.ahead).toBe(true)
    expect(await many.score(items)).toEqual(await few.score(items))
  } finally {
    await many.close()
    encoder.dispose()
  }
})
