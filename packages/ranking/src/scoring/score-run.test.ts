import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listRecords, type Pairs, type Query, type Run } from '@disranker/dataset'
import { InputError, plainProgress } from '@disranker/stage'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Item, type ScoreRunOptions, scoreRun } from './score-run.ts'

const pairs: Pairs = {
  documents: listRecords(['a', 'bb', 'ccc'].map((id) => ({ id, title: id, summary: '' }))),
  queries: listRecords(['q0', 'q1', 'q2'].map((id): Query => ({ id, text: `text of ${id}`, split: 'test' }))),
  clicks: [],
  judgements: new Map(),
  candidates: () => new Map(),
  firstStage: () => new Map(),
  close() {},
}
const run: Run = new Map(
  ['q0', 'q1', 'q2'].map((id) => [id, ['a', 'bb', 'ccc'].map((document, i) => ({ document, score: 9 - i }))]),
)

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'score-run-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const score = (changes: Partial<ScoreRunOptions>) =>
  scoreRun({
    name: 'score test',
    run,
    pairs,
    scratch: join(home, 'shards'),
    queriesPerShard: 2,
    progress: plainProgress(() => {}),
    signal: new AbortController().signal,
    score: (items) => items.map(({ document }) => document.id.length),
    ...changes,
  })

it('orders each query by the new scores and hands over text, document and old score', async () => {
  const seen: Item[] = []
  const scored = await score({
    score: (items) => {
      seen.push(...items)
      return Float32Array.from(items, ({ document }) => document.id.length)
    },
  })
  expect([...scored.keys()]).toEqual(['q0', 'q1', 'q2'])
  expect(scored.get('q1')).toEqual([
    { document: 'ccc', score: 3 },
    { document: 'bb', score: 2 },
    { document: 'a', score: 1 },
  ])
  expect(seen).toHaveLength(9)
  expect(seen[1]).toMatchObject({ query: 'text of q0', document: { id: 'bb' }, first: 8 })
})

it('orders equal scores by id, as every measure does', async () => {
  const scored = await score({ score: (items) => items.map(() => 1) })
  expect(scored.get('q0')!.map(({ document }) => document)).toEqual(['ccc', 'bb', 'a'])
})

it('goes on after the last finished shard', async () => {
  let calls = 0
  const dies = score({
    score: (items) => {
      if (++calls === 2) throw new Error('killed')
      return items.map(() => 0.5)
    },
  })
  await expect(dies).rejects.toThrow('killed')
  expect(readdirSync(join(home, 'shards'))).toEqual(['score-test-0.run'])
  const scored = await score({})
  expect(scored.get('q0')![0]!.score).toBe(0.5)
  expect(scored.get('q2')![0]!.score).toBe(3)
})

it('begins a shard before the last one has its scores, where it is told to', async () => {
  const order: string[] = []
  const scores = (ahead: boolean) =>
    score({
      ahead,
      scratch: join(home, `${ahead}`),
      async score(items) {
        order.push(`asked ${items[0]!.query}`)
        await new Promise(setImmediate)
        order.push(`answered ${items[0]!.query}`)
        return items.map(({ document }) => document.id.length)
      },
    })
  const [one, two] = ['text of q0', 'text of q2']
  const plain = await scores(false)
  expect(order.splice(0)).toEqual([`asked ${one}`, `answered ${one}`, `asked ${two}`, `answered ${two}`])
  const ahead = await scores(true)
  expect(order).toEqual([`asked ${one}`, `asked ${two}`, `answered ${one}`, `answered ${two}`])
  expect([...ahead]).toEqual([...plain])
})

it('says what failed first when two shards are on their way', async () => {
  const dies = score({
    ahead: true,
    score: async (items) => {
      throw new Error(`no answer to ${items[0]!.query}`)
    },
  })
  await expect(dies).rejects.toThrow('no answer to text of q0')
})

it('stops between shards when told to', async () => {
  const stop = new AbortController()
  const stopped = score({
    signal: stop.signal,
    score: (items) => {
      stop.abort()
      return items.map(() => 0)
    },
  })
  await expect(stopped).rejects.toThrow(/abort/i)
  expect(readdirSync(join(home, 'shards'))).toHaveLength(1)
})

it('refuses scores that are not finite and ids that are not known', async () => {
  await expect(score({ score: (items) => items.map(() => Number.NaN) })).rejects.toThrow(InputError)
  await expect(score({ run: new Map([['q0', [{ document: 'zz', score: 1 }]]]) })).rejects.toThrow(
    /names document zz, which out\/pairs does not have/,
  )
  await expect(score({ run: new Map([['q9', [{ document: 'a', score: 1 }]]]) })).rejects.toThrow(
    /names query q9/,
  )
})

it('hears an abort between two shards, though its scorer never waits', async () => {
  const stop = new AbortController()
  const asked: string[] = []
  const stopped = score({
    queriesPerShard: 1,
    signal: stop.signal,
    score(items) {
      // as Ctrl-C comes: an event, and no microtask
      if (asked.length === 0) setImmediate(() => stop.abort())
      asked.push(items[0]!.query)
      return items.map(() => 1)
    },
  })
  await expect(stopped).rejects.toThrow(/abort/)
  expect(asked).toEqual(['text of q0'])
})
