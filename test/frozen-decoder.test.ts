// A frozen decoder on the tiny corpus: the state of its last token stands for each text, and linear maps are learned on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairs, readPseudoQueries } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { readEncoderNote, readVectors } from '@disranker/ranking'
import { openTextEncoder } from '@disranker/scorers'
import featuresRecipe from '@disranker/sentence-encoder/recipes/features'
import headsRecipe from '@disranker/sentence-encoder/recipes/heads'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyLlama } from './tiny/checkpoints.ts'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, runTiny } from './tiny/pipeline.ts'

let home: string
const at = (stage: string) => join(home, stage)
const lengths = { query: 24, document: 48 }
const prefixes = { query: 'query: ', document: '' }
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'frozen-decoder-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  await runTiny(home, 'pseudo-queries')
  await openBackend('wasm', {})
  writeTinyLlama(join(home, 'llama'))
  await runTiny(home, 'features', { ...featuresRecipe, from: join(home, 'llama'), lengths, prefixes })
  const training = { ...headsRecipe.training, steps: 20, checkpointEvery: 10 }
  await runTiny(home, 'heads', { ...headsRecipe, training })
}, 240_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('stores the state behind the last token of each text, and maps it', () => {
  const pairs = readPairs(at('pairs'))
  const pseudo = readPseudoQueries(at('pseudo-queries')).length
  const counts = { documents: pairs.documents.length, queries: pairs.queries.length, pseudo }
  const [frozen, mapped] = ['features', 'heads'].map((stage) => readVectors(at(stage), counts))
  const encoder = openTextEncoder(join(home, 'llama'), { lengths, prefixes })
  const { title, summary } = pairs.documents.at(7)
  const [document] = encoder.embed('document', [`${title}\n${summary}`])
  const [query] = encoder.embed('query', [pairs.queries.at(5).text])
  encoder.close()
  expect(readEncoderNote(at('features')).reading).toEqual(encoder.reading)
  expect([encoder.reading.pooling, encoder.reading.around.end]).toEqual(['last', ['<|end_of_text|>']])
  for (let i = 0; i < 16; i++) {
    expect(frozen!.documents[7 * 16 + i]).toBeCloseTo(document![i]!, 4)
    expect(frozen!.queries[5 * 16 + i]! * 0.05).toBeCloseTo(query![i]!, 4)
  }
  expect(mapped!.features).toBe(16)
  expect(mapped!.documents).not.toEqual(frozen!.documents)
  pairs.close()
})
