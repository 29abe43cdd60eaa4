// The score stage with teachers that are not ours: servers, files, batches, checkpoints; and kills in the middle of it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Pairs, readPairs, readRun, SPLITS } from '@disranker/dataset'
import { openBackend, seededBy } from '@disranker/engine'
import { textOf } from '@disranker/scorers'
import { type ScoringServer, scoreOf, startScoringServer } from '@disranker/scorers/testing/scoring-server'
import type { Manifest } from '@disranker/stage'
import {
  exportTo,
  type Format,
  leaveOut,
  leftOutBefore,
  type ScoreOptions,
  score,
  type TeacherRecipe,
} from '@disranker/teacher'
import { bertSpecialTokens, trainWordPiece } from '@disranker/tokenizer'
import { createEncoder, tensorsOf, writeModelFolder } from '@disranker/transformer'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { documents, writeCorpus } from './tiny/corpus.ts'
import { killScoring } from './tiny/killed-scoring.ts'
import { makePairs } from './tiny/pipeline.ts'

let home: string
let pairs: Pairs
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'teachers-'))
  writeCorpus(join(home, 'in'))
  await makePairs(home)
  pairs = readPairs(join(home, 'pairs'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))
beforeEach(() => {
  for (const name of ['score', 'score.tmp', 'score.before', 'brought'])
    rmSync(join(home, name), { recursive: true, force: true })
  mkdirSync(join(home, 'brought'))
})

const run = (teachers: readonly TeacherRecipe[], more: Partial<ScoreOptions> = {}): Promise<Manifest> =>
  score({
    pairs: join(home, 'pairs'),
    stages: {},
    input: join(home, 'brought'),
    out: join(home, 'score'),
    recipe: { teachers, queriesPerShard: 20, tokensPerBatch: 1024, lexicalWeight: 'search' },
    ...more,
  })
/** What is told of work while it is done. */
async function saidBy(work: () => Promise<unknown>): Promise<string> {
  const parts: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((part) => parts.push(String(part)) > 0)
  await work().finally(() => write.mockRestore())
  return parts.join('')
}
const bring = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(home, 'brought', name), content)

/** Every candidate with what the server of the tests thinks of it. */
const wanted = () =>
  SPLITS.flatMap((split) =>
    [...pairs.candidates(split)].flatMap(([query, rows]) =>
      rows.map(({ document }) => {
        const text = pairs.queries.get(query)!.text
        return { query, document, text, score: scoreOf(text, textOf(pairs.documents.get(document)!)) }
      }),
    ),
  )

/** The result has each candidate once, in the order and at the distances of those scores. */
function expectThose() {
  const all = wanted()
  const found = new Map<string, number>()
  for (const split of SPLITS)
    for (const [query, rows] of readRun(join(home, 'score', 'scores', `${split}.run`)))
      for (const { document, score } of rows) found.set(`${query} ${document}`, score)
  expect(found.size).toBe(all.length)
  // standardised: a line through all of them
  const [a, b] = [all[0]!, all.find(({ score }) => score !== all[0]!.score)!]
  const of = ({ query, document }: (typeof all)[number]) => found.get(`${query} ${document}`)!
  const slope = (of(b) - of(a)) / (b.score - a.score)
  expect(slope).toBeGreaterThan(0)
  for (const one of all) expect(of(one)).toBeCloseTo(of(a) + slope * (one.score - a.score), 6)
}

describe('a teacher behind a server', () => {
  let server: ScoringServer
  beforeAll(async () => {
    server = await startScoringServer()
  })
  afterAll(() => server.close())
  const paid = (): TeacherRecipe => ({
    ...{ api: 'cohere', url: `${server.url}/v2/rerank`, model: 'rerank-v4', weight: 1, scale: 'logit' },
    key: 'SOME_API_KEY',
    price: { currency: 'USD', perThousandRequests: 2, perMillionTokens: 0.5 },
  })

  it('sends nothing before somebody agrees to what it costs', async () => {
    const environment = { SOME_API_KEY: 'key' }
    await expect(run([paid()], { environment })).rejects.toThrow(
      /Nothing was sent\. .*rerank-v4: \d+ requests, about \d+ tokens, at most about 0\.\d+ USD.*DISRANKER_YES=1/,
    )
    expect(server.requests).toHaveLength(0)
    const { metrics } = await run([paid()], { environment, agreed: true })
    expectThose()
    expect(server.requests.length).toBeGreaterThan(0)
    expect(JSON.stringify(metrics)).not.toContain('key"')
  })

  it('is not paid twice: another weight, name or teacher takes the answers that were kept', async () => {
    const options = { environment: { SOME_API_KEY: 'key' }, kept: join(home, 'kept') }
    await run([paid()], { ...options, agreed: true })
    const asked = server.requests.length
    const rows = wanted().map(({ query, document, score }) => ({ query, doc_id: document, score }))
    bring('mine.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    // agreed or not: there is nothing to pay
    const renamed = { ...paid(), weight: 0.25, name: 'renamed' }
    const said = await saidBy(() => run([renamed, { file: 'mine', weight: 1 }], options))
    expectThose()
    expect(server.requests).toHaveLength(asked)
    expect(said).toContain(
      `renamed: ${wanted().length} pairs were answered before and are not asked again; 0 requests`,
    )
    // another model is another teacher
    await expect(run([{ ...paid(), model: 'rerank-v5' }], options)).rejects.toThrow(/Nothing was sent/)
    expect(server.requests).toHaveLength(asked)
  })

  it('is added to others by a weight that validation chose, each a row of its own', async () => {
    bring(
      'mine.jsonl',
      wanted()
        .map(({ query, document }) => {
          const score = (pairs.judgements.get(query)?.get(document) ?? 0) + Number(document) / 1000
          return `${JSON.stringify({ query, doc_id: document, score })}\n`
        })
        .join(''),
    )
    const served = { api: 'vllm-score', url: `${server.url}/score`, weight: 1, name: 'served' } as const
    const { metrics, inputs } = await run([served, { file: 'mine', weight: 'auto' }])
    const [first, second] = metrics.teachers as { weight: number; validation: { ndcg10: number } }[]
    // the file knows the grades, the server knows nothing
    expect(first!.weight).toBe(1)
    expect(second!.weight).toBeGreaterThan(1)
    expect(second!.validation.ndcg10).toBeGreaterThan(first!.validation.ndcg10)
    expect(Object.keys(inputs)).toEqual(['pairs', 'in/mine.jsonl', 'from'])
    const ranked = JSON.parse(readFileSync(join(home, 'score', 'ranked.json'), 'utf8'))
    expect(ranked.parts.map(({ row }: { row: string }) => row)).toEqual(['teacher_served', 'teacher_mine'])
    expect(readRun(join(home, 'score', 'runs', 'mine', 'test.run')).size).toBe(pairs.candidates('test').size)
  })

  it('has each pair scored once, with equal scores, however often it is killed', {
    timeout: 120_000,
  }, async () => {
    const random = seededBy(13, 'kill-scoring')
    const { kills, pairs, candidates, twice, equal, answeredAgain } = await killScoring(4, () =>
      random.uniform(),
    )
    expect([pairs, twice, equal]).toEqual([candidates, 0, true])
    expect(kills).toBeGreaterThan(0)
    // requests that were on their way: 4 at a time of 8 documents
    expect(answeredAgain).toBeLessThanOrEqual((kills + 1) * 32)
  })
})

describe('scores from a file', () => {
  const file: TeacherRecipe = { file: 'scores', weight: 1 }
  const run_ = () =>
    wanted()
      .map(({ query, document, score }) => `${query} Q0 ${document} 1 ${score} elsewhere\n`)
      .join('')
  const table = () => wanted().map(({ query, document, score }) => ({ query, doc_id: document, score }))
  const lines = () => table().map((row) => `${JSON.stringify(row)}\n`)

  it.each([
    ['a TREC run', 'scores.run', run_],
    ['a compressed TREC run', 'scores.trec.gz', () => gzipSync(run_())],
    ['JSONL', 'scores.jsonl', () => lines().join('')],
    ['compressed JSONL', 'scores.jsonl.gz', () => gzipSync(lines().join(''))],
    [
      'queries by their texts',
      'scores.jsonl',
      () =>
        wanted()
          .map(
            ({ text, document, score }) =>
              `${JSON.stringify({ query: ` ${text.toUpperCase()}`, document, score })}\n`,
          )
          .join(''),
    ],
  ])('%s', async (_, name, content) => {
    bring(name, content())
    await run([file])
    expectThose()
  })

  it('Parquet', async () => {
    bring('rows.jsonl', lines().join(''))
    const at = (name: string) => join(home, 'brought', name)
    const connection = await (await DuckDBInstance.create()).connect()
    await connection.run(`COPY (FROM read_json('${at('rows.jsonl')}')) TO '${at('scores.parquet')}'`)
    connection.closeSync()
    await run([file])
    expectThose()
  })

  it('that is not there, or lacks pairs, or names unknown ones, is told by name, number and line', async () => {
    await expect(run([file])).rejects.toThrow(/has no file scores\. Wanted: scores\.run/)
    bring('scores.jsonl', lines().slice(2).join(''))
    const [first] = wanted()
    await expect(run([file])).rejects.toThrow(
      new RegExp(
        `scores\\.jsonl has no score for 2 of \\d+ candidates: query ${first!.query} and document ${first!.document} \\(train\\)`,
      ),
    )
    const unknown = [
      { query: 'q000', doc_id: 'nowhere', score: 1 },
      { query: 'who?', doc_id: '000', score: 1 },
    ]
    bring('scores.jsonl', unknown.map((row) => `${JSON.stringify(row)}\n`).join(''))
    await expect(run([file])).rejects.toThrow(
      /line 1: document "nowhere" is not in the corpus\n.*line 2: query "who\?" is not among the queries/,
    )
    bring('scores.jsonl', `${lines().join('')}{"query":"q000","doc_id":"000","score":"high"}\n`)
    await run([file])
    expectThose()
  })
})

describe('a batch', () => {
  const batch: TeacherRecipe = {
    batch: 'big',
    api: 'vllm-score',
    model: 'some/model',
    documents: 8,
    weight: 1,
  }
  const at = (name: string) => join(home, 'brought', name)
  const requests = () =>
    readFileSync(at('big.requests.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  /** as vllm run-batch answers */
  const answer = ({ custom_id, body }: { custom_id: string; body: { text_1: string; text_2: string[] } }) => {
    const data = body.text_2.map((text, index) => ({
      index,
      object: 'score',
      score: scoreOf(body.text_1, text),
    }))
    const response = { status_code: 200, request_id: 'vllm-batch-1', body: { object: 'list', data } }
    return `${JSON.stringify({ id: 'vllm-1', custom_id, response, error: null })}\n`
  }

  it('is written, and asked again for what failed', async () => {
    await expect(run([batch])).rejects.toThrow(
      /requests wait for their answers.*vllm run-batch -i big\.requests\.jsonl.*--model some\/model/,
    )
    const all = requests()
    expect(all[0]).toMatchObject({ method: 'POST', url: '/v1/score', body: { model: 'some/model' } })
    const failed = { ...all[0], response: { status_code: 400, body: { error: 'too long' } }, error: null }
    // in another order
    bring(
      'big.results.jsonl',
      [...all.slice(1).map(answer).reverse(), `${JSON.stringify(failed)}\n`].join(''),
    )
    await expect(run([batch])).rejects.toThrow(
      /1 of \d+ requests have no answer\. 1 failed: .*big\.results\.jsonl, line \d+: .*too long.*big\.results-2\.jsonl/,
    )
    expect(requests()).toEqual([all[0]])
    bring('big.results-2.jsonl', answer(all[0]))
    const kept = join(home, 'kept-batch')
    await run([batch], { kept })
    expectThose()
    // its answers are kept, whatever becomes of the files
    for (const name of ['big.results.jsonl', 'big.results-2.jsonl']) rmSync(at(name))
    await run([{ ...batch, weight: 2, documents: 3 }], { kept })
    expectThose()
  })

  it('names the line that is no result', async () => {
    bring('big.results.jsonl', '{"custom_id": 3}\n')
    await expect(run([batch])).rejects.toThrow(/big\.results\.jsonl, line 1: .* is no result of a batch/)
  })
})

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
  it('score beside each other, a cross- and a bi-encoder of one folder', async () => {
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
