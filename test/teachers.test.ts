// The score stage with teachers that are not ours: servers, files, batches; and kills in the middle of it.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readRun } from '@disranker/dataset'
import { seededBy } from '@disranker/engine'
import { type ScoringServer, scoreOf, startScoringServer } from '@disranker/scorers/testing/scoring-server'
import type { TeacherRecipe } from '@disranker/teacher'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { killScoring } from './tiny/killed-scoring.ts'
import { bring, expectThose, home, pairs, run, saidBy, useTeachers, wanted } from './tiny/teachers.ts'

useTeachers()

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
