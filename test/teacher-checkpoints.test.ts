// The score stage with checkpoints that are not ours, and without a decoder; and what an export of its scores holds.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRun } from '@disranker/dataset'
import { openBackend } from '@disranker/engine'
import { textOf } from '@disranker/scorers'
import { exportTo, type Format, leaveOut, leftOutBefore, type TeacherRecipe } from '@disranker/teacher'
import { bertSpecialTokens, trainWordPiece } from '@disranker/tokenizer'
import { createEncoder, tensorsOf, writeModelFolder } from '@disranker/transformer'
import { describe, expect, it } from 'vitest'
import { documents } from './tiny/corpus.ts'
import { bring, expectThose, home, pairs, run, saidBy, useTeachers, wanted } from './tiny/teachers.ts'

useTeachers()

it('goes on without a decoder that was left out', async () => {
  const at = (stage: string) => join(home, 'left-out', stage)
  await leaveOut('cpt', {
    pairs: join(home, 'pairs'),
    out: at('cpt'),
    recipe: { leftOut: 'it is elsewhere' },
  })
  const recipe = leftOutBefore(at('cpt'))!
  await leaveOut('sft', { pairs: join(home, 'pairs'), teacher: at('cpt'), out: at('sft'), recipe })
  const decoder = { decoder: 'sft', weight: 1 } as const
  const stages = { sft: at('sft') }
  await expect(run([decoder], { stages })).rejects.toThrow(/No teacher of recipes\/score\.ts has scores/)
  const rows = wanted().map(({ query, document, score }) => ({ query, doc_id: document, score }))
  bring('scores.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const { metrics } = await run([decoder, { file: 'scores', weight: 'auto' }], { stages })
  expect((metrics.teachers as { name: string }[]).map(({ name }) => name)).toEqual(['scores'])
  expectThose()
})

/** A cross-encoder of random weights. */
function writeTinyModel(folder: string): void {
  mkdirSync(folder)
  const config = {
    ...{ model_type: 'bert' as const, vocab_size: 300, hidden_size: 16, num_hidden_layers: 1 },
    ...{ num_attention_heads: 2, intermediate_size: 32, max_position_embeddings: 64, type_vocab_size: 2 },
    ...{ layer_norm_eps: 1e-12, hidden_act: 'gelu' as const, initialization: 'scaled' as const },
  }
  const texts = documents.map(({ title, summary }) => `${title} ${summary}`)
  const special = { vocabSize: 300, minFrequency: 1, specialTokens: bertSpecialTokens() }
  const encoder = createEncoder(config, { seed: 5 })
  const tokenizer = JSON.stringify(trainWordPiece(texts, special))
  writeModelFolder(folder, { config, tensors: tensorsOf(encoder.weights), tokenizer })
  encoder.dispose()
}

describe('checkpoints', () => {
  it('score together, a cross- and a bi-encoder of one folder', async () => {
    await openBackend('wasm', {})
    const folder = join(home, 'brought', 'model')
    writeTinyModel(folder)
    const lengths = { maxLength: 48, maxQuery: 12 }
    const { metrics, inputs } = await run([
      { crossEncoder: folder, name: 'cross', weight: 1, ...lengths },
      { biEncoder: folder, name: 'bi', weight: 'auto', ...lengths },
    ])
    const teachers = metrics.teachers as { name: string; validation: { ndcg10: number } }[]
    expect(teachers.map(({ name }) => name)).toEqual(['cross', 'bi'])
    for (const { validation } of teachers) expect(validation.ndcg10).toBeGreaterThan(0)
    expect(inputs.from).toMatch(/^[\da-f]{64}, [\da-f]{64}$/)
  })

  it('compute nothing anew when a weight changes', async () => {
    await openBackend('wasm', {})
    const folder = join(home, 'kept-model')
    writeTinyModel(folder)
    const kept = join(home, 'kept-scores')
    const teacher = { crossEncoder: folder, name: 'cross', weight: 1, maxLength: 48, maxQuery: 12 }
    const rows = wanted().map(({ query, document, score }) => ({ query, doc_id: document, score }))
    bring('mine.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const spoken = (...teachers: TeacherRecipe[]) => saidBy(() => run(teachers, { kept }))
    expect(await spoken(teacher)).toContain('cross scores train')
    const scores = readRun(join(home, 'score', 'scores', 'test.run'))
    const again = await spoken({ ...teacher, weight: 3 })
    expect(again).toContain('cross: took the raw scores of an earlier run')
    expect(again).not.toContain('cross scores train')
    expect(readRun(join(home, 'score', 'scores', 'test.run'))).toEqual(scores)
    // other lengths are another teacher; what no recipe names is not kept
    expect(await spoken({ ...teacher, maxQuery: 8 })).toContain('cross scores train')
    expect(readdirSync(join(kept, 'scores'))).toHaveLength(1)
    await spoken({ file: 'mine', weight: 1 })
    expect(readdirSync(join(kept, 'scores'))).toHaveLength(0)
  })
})

describe('an export', () => {
  const to = (format: Format, folder: string, scores?: string) =>
    exportTo({
      to: format,
      pairs: join(home, 'pairs'),
      out: join(home, 'brought', folder),
      ...(scores && { scores }),
    })
  const read = (path: string) =>
    readFileSync(join(home, 'brought', path), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))

  it('is what sentence-transformers, FlagEmbedding and TRL read, and nothing of the test split', async () => {
    const rows = wanted().map(({ query, document, score }) => ({ query, doc_id: document, score }))
    bring('scores.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    await run([{ file: 'scores', weight: 1 }])
    const scores = join(home, 'score')
    const candidates = pairs.candidates('train')
    const count = [...candidates].reduce((sum, [, rows]) => sum + rows.length, 0)

    const counts = to('sentence-transformers', 'st', scores)
    expect(Object.keys(counts)).toEqual(
      ['train', 'validation'].flatMap((set) =>
        ['pairs', 'groups', 'graded', 'graded-unlabelled'].map((kind) => `${set}/${kind}.jsonl`),
      ),
    )
    expect(counts['train/pairs.jsonl']).toBe(count)
    const [group] = read('st/train/groups.jsonl')
    expect(Object.keys(group)).toEqual(['query', 'docs', 'labels'])
    expect(group.labels).toEqual([...group.labels].sort((a, b) => b - a))
    const first = wanted().filter(({ text }) => text === group.query)
    const best = first.sort((a, b) => b.score - a.score)[0]!
    expect(group.docs[0]).toBe(textOf(pairs.documents.get(best.document)!))
    const tests = new Set([...pairs.queries].filter(({ split }) => split === 'test').map(({ text }) => text))
    for (const { query } of [...read('st/train/pairs.jsonl'), ...read('st/validation/pairs.jsonl')])
      expect(tests.has(query)).toBe(false)

    // a document without a judgement is not taken for a wrong one
    const gradeOf = (query: string, text: string) => {
      const { id } = [...pairs.queries].find((one) => one.text === query)!
      const document = [...pairs.documents].find((one) => textOf(one) === text)!
      return pairs.judgements.get(id)?.get(document.id)
    }
    for (const { query, docs, labels } of read('st/train/graded.jsonl')) {
      expect(docs.map((text: string) => gradeOf(query, text))).toEqual(labels)
      expect(labels[0]).not.toBe(labels[1])
    }
    to('flagembedding', 'flag', scores)
    const lines = ['flag/train.jsonl', 'flag/train-unlabelled.jsonl'].map(read)
    for (const { pos, neg, pos_scores, neg_scores } of lines.flat()) {
      expect([pos.length, neg.length]).toEqual([pos_scores.length, neg_scores.length])
      expect(pos.length * neg.length).toBeGreaterThan(0)
    }
    for (const { query, neg } of lines[0]!)
      for (const text of neg) expect(gradeOf(query, text)).not.toBeUndefined()
    for (const { query, neg, pos_scores, neg_scores } of lines[1]!) {
      for (const text of neg) expect(gradeOf(query, text)).toBeUndefined()
      expect(Math.max(...neg_scores)).toBeLessThan(Math.min(...pos_scores))
    }
    to('flagembedding', 'labels')
    const plain = ['labels/train.jsonl', 'labels/train-unlabelled.jsonl'].flatMap(read)
    expect(Object.keys(plain[0])).toEqual(['query', 'pos', 'neg'])

    to('trl', 'cpt')
    expect(read('cpt/train.jsonl')[0].prompt).toMatch(/\n$/)
    expect(() => to('trl', 'cpt')).toThrow(/is not empty/)
  })
})
