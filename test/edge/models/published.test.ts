// Documents by id in workerd: published into each of the three stores, ranked as their texts are, told by their ids in every API that
// has a place for them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '@disranker/edge/node'
import type { Served } from '@disranker/edge/serve'
import { afterAll, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { exampleFolder, serveExample } from '../served/served-example.ts'

const publisher = fileURLToPath(import.meta.resolve('@disranker/edge/publish-documents'))
const home = mkdtempSync(join(tmpdir(), 'documents-'))
afterAll(() => rmSync(home, { recursive: true }))

const query = EXAMPLE.queries[0]!.text
// a title and a summary, and every third a text of its own; the seventh is too long for the metadata of an object in R2
const published = EXAMPLE.documents.map(({ id, title, summary }, at) =>
  at % 3 === 0
    ? { id, text: `${title}. ${at === 6 ? 'é '.repeat(2000) : 'Ünïcode 漢'} ${summary}` }
    : { id, title, summary, url: 'https://a.test' },
)
const file = join(home, 'documents.jsonl')
writeFileSync(file, `${published.map((one) => JSON.stringify(one)).join('\n')}\n`)
const asked = published.slice(5, 25)
const ids = asked.map(({ id }) => ({ id }))
const texts = asked.map(({ id: _, ...rest }) =>
  rest.text === undefined ? { title: rest.title, summary: rest.summary } : rest.text,
)

const publish = (...words: string[]) =>
  spawnSync(process.execPath, [publisher, ...words, '--local', '--persist-to', home], { encoding: 'utf8' })

async function post(server: Pick<Served, 'url'>, path: string, body: object) {
  const answer = await fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: answer.status, cache: answer.headers.get('x-disranker-cache'), body: await answer.json() }
}
type StoreKind = 'kv' | 'r2' | 'd1'
type Results = { index: number; relevance_score: number; id?: string }[]

const into = (kind: StoreKind) => [`--${kind}`, 'disranker-documents']
const model = 'disranker'

it.each(['kv', 'r2', 'd1'] as const)(
  'documents in %s are ranked as their texts are, and those that are missing are named',
  async (kind) => {
    const done = publish(file, ...into(kind))
    expect([done.status, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toContain(`${published.length} documents are published`)
    const server = await serveExample({ documents: { kind, folder: home } })
    try {
      const byId = await post(server, '/v2/rerank', { model, query, documents: ids })
      const byText = await post(server, '/v2/rerank', { model, query, documents: texts })
      expect(byId.status).toBe(200)
      const { results } = byText.body as { results: Results }
      expect(byId.body.results).toEqual(results.map((one) => ({ ...one, id: asked[one.index]!.id })))
      const missing = await post(server, '/v2/rerank', {
        model,
        query,
        documents: [...ids, { id: 'nowhere' }],
      })
      expect([missing.status, missing.body.message]).toEqual([
        404,
        'documents: there is no document with the id "nowhere" on this server. Publish it, or send its text.',
      ])
    } finally {
      await server.close()
    }
  },
  120_000,
)

it('documents that are published anew count, those that are taken away do not, and each API tells the ids', async () => {
  expect(publish(file, ...into('kv')).status).toBe(0)
  const server = await serveExample({
    documents: { kind: 'kv', folder: home },
    variables: { REFRESH_SECONDS: '1' },
  })
  try {
    // each API with documents as objects tells which they are
    const some = ids.slice(0, 3)
    const back = async (path: string, more: object) => (await post(server, path, { query, ...more })).body
    const told = {
      v1: (await back('/v1/rerank', { documents: some })).results.map(documentOf),
      vllm: (await back('/rerank', { documents: some })).results.map(documentOf),
      pinecone: (await back('/pinecone/rerank', { model, documents: some })).data.map(documentOf),
      mixedbread: (await back('/v1/reranking', { input: some, return_input: true })).data.map(
        (one: { index: number; input: unknown }) => [one.index, one.input],
      ),
      dashScope: (
        await back('/compatible-api/v1/reranks', { model, documents: some, return_documents: true })
      ).results.map(documentOf),
    }
    for (const [api, pairs] of Object.entries(told)) {
      expect([api, pairs.length]).toEqual([api, some.length])
      for (const [index, document] of pairs) expect([api, document]).toEqual([api, some[index]])
    }

    const before = (await post(server, '/v2/rerank', { model, query, documents: ids })).body
      .results as Results
    expect((await post(server, '/v2/rerank', { model, query, documents: ids })).cache).toBe('hit')
    // the last gets the text of the first
    const [first, last] = [before[0]!, before.at(-1)!]
    const changed = join(home, 'changed.jsonl')
    writeFileSync(changed, JSON.stringify({ id: last.id, ...asObject(texts[first.index]!) }))
    expect(publish(changed, ...into('kv')).status).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const after = (await post(server, '/v2/rerank', { model, query, documents: ids })).body.results as Results
    expect(after.find(({ index }) => index === last.index)!.relevance_score).toBe(first.relevance_score)

    expect(publish(changed, ...into('kv'), '--remove').status).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await post(server, '/v2/rerank', { model, query, documents: ids })).status).toBe(404)
  } finally {
    await server.close()
  }
}, 120_000)

const documentOf = (one: { index: number; document: unknown }) => [one.index, one.document]
const asObject = (text: string | object) => (typeof text === 'string' ? { text } : text)

it('a file that is wrong is refused by its line, before anything is written', () => {
  const wrong = join(home, 'wrong.jsonl')
  writeFileSync(wrong, '{"id":"a","text":"b"}\nno JSON')
  const { status, stderr } = publish(wrong, ...into('kv'))
  expect([status, stderr]).toEqual([1, expect.stringMatching(/line 2: is no JSON/)])
})

it('documents in a SQLite file are ranked by the Node server as their texts are', async () => {
  const database = join(home, 'documents.sqlite')
  const publishTo = (...words: string[]) =>
    spawnSync(process.execPath, [publisher, ...words, '--sqlite', database], { encoding: 'utf8' })
  expect(publishTo(file).stdout).toContain(`${published.length} documents are published`)
  const { dist, remove } = await exampleFolder()
  const server = await startServer({
    folder: dist,
    port: 0,
    variables: { ALLOW_LOCAL: 'true', DOCUMENTS_FILE: database, REFRESH_SECONDS: '1' },
  })
  const rankIds = () => post(server, '/v2/rerank', { model, query, documents: ids })
  try {
    const byText = await post(server, '/v2/rerank', { model, query, documents: texts })
    const { results } = byText.body as { results: Results }
    const byId = await rankIds()
    expect(byId.body.results).toEqual(results.map((one) => ({ ...one, id: asked[one.index]!.id })))
    // the file may change below a server that has it open
    const gone = join(home, 'gone.jsonl')
    writeFileSync(gone, JSON.stringify(published[5]))
    expect(publishTo(gone, '--remove').status).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await rankIds()).status).toBe(404)
    await expect(
      startServer({ folder: dist, port: 0, variables: { DOCUMENTS_FILE: join(home, 'none.sqlite') } }),
    ).rejects.toThrow('none.sqlite does not exist')
    await expect(startServer({ folder: dist, port: 0, variables: { DOCUMENTS_FILE: file } })).rejects.toThrow(
      'is no SQLite file of documents',
    )
  } finally {
    await server.close()
    remove()
  }
}, 120_000)
