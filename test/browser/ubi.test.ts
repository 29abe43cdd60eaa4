// /ubi.js in a real browser: a page of another origin includes it, and what users do arrives as events that the server believes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { RecordedEvent } from '@disranker/experiments'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NodeProcess, startNode } from '../edge/served/node-process.ts'
import { exampleFolder } from '../edge/served/served-example.ts'
import { inEveryBrowser } from './in-every-browser.ts'

let folder: Awaited<ReturnType<typeof exampleFolder>>
let server: NodeProcess
const records = mkdtempSync(join(tmpdir(), 'ubi-'))

/** A shop's page of results: three, the last far below the first screen, each a link to a page of its own. */
const shop = createServer(async (request, response) => {
  response.setHeader('content-type', 'text/html')
  if (request.url !== '/') return void response.end('<!doctype html><title>document</title><p>a document</p>')
  const documents = ['a', 'b', 'c'].map((id) => ({ id, text: `document ${id}` }))
  const body = JSON.stringify({ model: 'disranker', query: 'q', documents, ubi: { client_id: 'c1' } })
  const answer = await fetch(`${server.url}/v1/rerank`, { method: 'POST', body })
  const { ubi } = (await answer.json()) as { ubi: { query_id: string; impression: string } }
  const rows = documents.map(
    ({ id }, at) =>
      `<li data-ubi-object="${id}" style="margin-top:${at === 2 ? 3000 : 0}px"><a id="${id}" href="/${id}">${id}</a></li>`,
  )
  response.end(
    `<!doctype html><title>shop</title><script>window.mayTell = () => true; window.mayNot = () => false</script>
<ol data-ubi-query="${ubi.query_id}" data-ubi-token="${ubi.impression}">${rows.join('')}</ol>
<script src="${server.url}/ubi.js" data-consent="${request.headers['x-consent'] ?? 'mayTell'}" defer></script>`,
  )
})
let address: string

beforeAll(async () => {
  folder = await exampleFolder()
  await new Promise<void>((listening) => shop.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`
  server = await startNode({
    folder: folder.dist,
    variables: {
      RECORD_FOLDER: records,
      RECORD_SECRETS: 'a secret that is long enough',
      EVENT_ORIGINS: new URL(address).origin,
    },
  })
})
afterAll(async () => {
  shop.close()
  await server?.close()
  folder?.remove()
  rmSync(records, { recursive: true, force: true })
})

function events(): RecordedEvent[] {
  const table = join(records, 'ubi_events')
  if (!existsSync(table)) return []
  return readdirSync(table).flatMap((name) =>
    readFileSync(join(table, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  )
}
const told = (action: string) =>
  events()
    .filter(({ action_name }) => action_name === action)
    .map(({ event_attributes }) => event_attributes.object.object_id)

it('is small', () => {
  const script = readFileSync(join(folder.dist, 'ubi.js'))
  expect(statSync(join(folder.dist, 'ubi.js')).size).toBeLessThanOrEqual(3072)
  expect(gzipSync(script).length).toBeLessThanOrEqual(1536)
})

inEveryBrowser('/ubi.js', (browser) => {
  it('tells of what was seen, clicked and looked at, also when the page is left', async () => {
    rmSync(join(records, 'ubi_events'), { recursive: true, force: true })
    const page = await browser().newPage({ viewport: { width: 800, height: 600 } })
    await page.goto(address)
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('ubi-session')), { timeout: 10_000 })
      .not.toBeNull()
    await page.click('#b')
    await page.waitForURL('**/b')
    await expect.poll(() => told('click'), { timeout: 10_000 }).toEqual(['b'])
    // below the fold nothing was seen
    expect(told('impression').sort()).toEqual(['a', 'b'])
    await page.goBack()
    await page.goto(`${address}elsewhere`)
    await expect.poll(() => told('view'), { timeout: 10_000 }).toEqual(['b'])
    const [view] = events().filter(({ action_name }) => action_name === 'view')
    expect(view!.event_attributes.dwell_ms).toBeGreaterThan(0)
    expect(new Set(events().map(({ session_id }) => session_id)).size).toBe(1)
    await page.close()
  })

  it.each([
    ['sends Do Not Track', { dnt: true, consent: 'mayTell' }],
    ['has not consented', { dnt: false, consent: 'mayNot' }],
  ])('tells nothing of a user who %s', async (_, { dnt, consent }) => {
    rmSync(join(records, 'ubi_events'), { recursive: true, force: true })
    const context = await browser().newContext({ extraHTTPHeaders: { 'x-consent': consent } })
    if (dnt) await context.addInitScript(() => Object.defineProperty(navigator, 'doNotTrack', { value: '1' }))
    const page = await context.newPage()
    await page.goto(address)
    await page.click('#a')
    await page.waitForURL('**/a')
    await page.goBack()
    await page.close()
    // another page of the same server is answered after whatever was on its way
    await fetch(`${server.url}/health`)
    expect(events()).toEqual([])
    expect(await context.storageState()).toMatchObject({ cookies: [] })
    await context.close()
  })
})
