// Every row of the table in apps/docs/pages/clients.md: the request of each client or protocol is answered, its own parser or schema reads the
// answer, and its user sees our message of an error. The table has these rows and no others.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createApp, createDialects, DEFAULT_LIMITS, parseKeys } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { randomBundle } from '../../served/served-example.ts'
import { type Conformance, query, type Server, texts } from './conformance.ts'
import { protocols } from './protocols.ts'
import { sdks } from './sdks.ts'
import { weaviate } from './weaviate.ts'

const rows = [...sdks, ...protocols, ...weaviate]
const KEY = 'a-key-of-the-clients'
const keys = parseKeys(JSON.stringify({ tests: createHash('sha256').update(KEY).digest('hex') }))
const closed = createApp({ bundle: async () => randomBundle(), access: { keys } })
const open = createApp({ bundle: async () => randomBundle() })

const over = (app: typeof open): typeof fetch =>
  (async (input: string | URL | Request, init?: RequestInit) =>
    app.request(input instanceof URL ? String(input) : input, init)) as typeof fetch
/** Weaviate sends no key, so it is asked where none is wanted. */
const serverOf = ({ client }: Conformance, key = KEY): Server => ({
  url: 'http://localhost',
  key,
  fetch: over(client.startsWith('Weaviate') && key === KEY ? open : closed),
})

async function reference(raw: boolean) {
  const body = JSON.stringify({ model: 'disranker', query, documents: texts, raw_scores: raw })
  const answer = await open.request('/v2/rerank', { method: 'POST', body })
  const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
  return results.map(({ index, relevance_score: score }) => ({ index, score }))
}
const relevances = await reference(false)
const logits = await reference(true)

describe.each(rows)('$client at $path, read by $readBy', (row) => {
  it('is answered as it asks, with the scores of /v2/rerank', async () => {
    const { scores, documents, model, billed } = await row.ask(serverOf(row), query)
    const all = row.raw ? logits : relevances
    const wanted = row.inOrder ? all.toSorted((a, b) => a.index - b.index) : all.slice(0, 3)
    expect(scores.map(({ index, score }) => ({ index, score }))).toEqual(wanted)
    if (documents !== undefined) expect(documents).toEqual(wanted.map(({ index }) => texts[index]))
    if (model !== undefined) expect(model).toBe('disranker')
    if (billed !== undefined) expect(billed).toBeGreaterThan(0)
  })

  it.each([
    [400, ' ', KEY, /is empty; send the words to rank the documents by/],
    [401, query, 'wrong', /key/i],
  ])('shows its user a %i, and why', async (status, asked, key, message) => {
    const thrown = await row.ask(serverOf(row, key), asked).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(thrown).toBeDefined()
    const refused = row.refused(thrown)
    expect(refused.status).toBe(status)
    expect(refused.message).toMatch(message)
  })
})

describe('the table in clients.md', () => {
  const docs = readFileSync(
    fileURLToPath(new URL('../../../../apps/docs/pages/clients.md', import.meta.url)),
    'utf8',
  )
  const cells = (heading: string) =>
    docs
      .split(new RegExp(`^## ${heading}$`, 'm'))[1]!
      .split(/^## /m)[0]!
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )

  it('has the rows that are run, and no other', () => {
    const told = cells('What is tested').map(([client, path, request, readBy]) => [
      client,
      path,
      request,
      readBy,
    ])
    expect(told).toEqual(rows.map((row) => [row.client, `\`${row.path}\``, row.request, row.readBy]))
  })

  it('tells what becomes of every field that is not used', () => {
    const { all } = createDialects(DEFAULT_LIMITS)
    const unused = all.flatMap(({ name, fields }) =>
      Object.entries(fields.unused).map(([field, { fate, why }]) => [name, `\`${field}\``, fate, why]),
    )
    expect(cells('Fields that are not used')).toEqual(unused)
  })

  it('covers every API that is served', () => {
    const run = new Set(rows.map(({ path }) => path))
    const { paths } = createDialects(DEFAULT_LIMITS)
    expect(Object.keys(paths).filter((path) => !run.has(path))).toEqual([])
  })
})
