// The page at / where the operator records it: its searches and the clicks on its results arrive as UBI, and nothing without that.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedEvent, RecordedSearch } from '@disranker/experiments'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NodeProcess, startNode } from '../edge/served/node-process.ts'
import { exampleFolder } from '../edge/served/served-example.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { openPage, ranked } from './open-page.ts'

let folder: Awaited<ReturnType<typeof exampleFolder>>
let [on, off]: [NodeProcess?, NodeProcess?] = []
const home = mkdtempSync(join(tmpdir(), 'page-record-'))

beforeAll(async () => {
  folder = await exampleFolder()
  const start = (name: string, more: Record<string, string> = {}) =>
    startNode({
      folder: folder.dist,
      variables: { RECORD_FOLDER: join(home, name), RECORD_SECRETS: 'a secret that is long enough', ...more },
    })
  on = await start('on', { RECORD_PAGE: 'true' })
  off = await start('off')
})
afterAll(async () => {
  await on?.close()
  await off?.close()
  folder?.remove()
  rmSync(home, { recursive: true, force: true })
})

function rows<Row>(name: string, table: string): Row[] {
  const path = join(home, name, table)
  if (!existsSync(path)) return []
  return readdirSync(path).flatMap((file) =>
    readFileSync(join(path, file), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Row),
  )
}

inEveryBrowser('the page that is recorded', (browser) => {
  it('records what it shows and what is clicked on, with the policy as it was', async () => {
    const { page, bad } = await openPage(browser(), on!.url)
    await ranked(page)
    const second = page.locator('#after li').nth(1)
    await second.locator('summary').click()
    const clicked = await second.getAttribute('data-document')
    await page.goto('about:blank')
    await expect
      .poll(() => rows<RecordedEvent>('on', 'ubi_events').map((row) => row.action_name))
      .toContain('click')
    const events = rows<RecordedEvent>('on', 'ubi_events').filter(
      ({ action_name }) => action_name === 'click',
    )
    const searches = rows<RecordedSearch>('on', 'ubi_queries')
    const search = searches.find(({ query_id }) => query_id === events[0]!.query_id)!
    expect(search).toMatchObject({ application: 'page' })
    expect(search.query_response_object_ids[1]).toBe(clicked)
    expect(events[0]!.event_attributes).toMatchObject({
      object: { object_id: clicked },
      position: { ordinal: 2 },
    })
    // the last page is none of the server's
    expect(bad.filter((line) => !line.includes('about:blank'))).toEqual([])
    await page.close()
  })

  it('records nothing where it is not turned on', async () => {
    const { page, bad } = await openPage(browser(), off!.url)
    await ranked(page)
    await page.locator('#after li summary').first().click()
    expect(await page.locator('script[src="/ubi.js"]').count()).toBe(0)
    await page.close()
    expect(rows('off', 'ubi_queries')).toEqual([])
    expect(bad).toEqual([])
  })
})
