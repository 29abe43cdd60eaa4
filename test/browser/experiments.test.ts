// The page at /experiments in a real browser: it asks for the key, and shows what the server counts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type NodeProcess, startNode } from '../edge/served/node-process.ts'
import { exampleFolder, keysOf } from '../edge/served/served-example.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { barriers, openPage } from './open-page.ts'

const KEY = 'open-sesame'
let folder: Awaited<ReturnType<typeof exampleFolder>>
let server: NodeProcess
const records = mkdtempSync(join(tmpdir(), 'experiments-'))

beforeAll(async () => {
  folder = await exampleFolder()
  const iso = (hours: number) => new Date(Date.now() + 3_600_000 * hours).toISOString()
  const arms = [
    { name: 'today', model: 'request-order' },
    { name: 'reranked', model: 'disranker' },
  ]
  const file = join(folder.dist, 'running.json')
  const experiment = { name: 'new-model', unit: 'client_id', arms, start: iso(-1), end: iso(1) }
  writeFileSync(file, JSON.stringify({ experiments: [experiment] }))
  server = await startNode({
    folder: folder.dist,
    variables: {
      RECORD_FOLDER: records,
      RECORD_SECRETS: 'a secret that is long enough',
      EXPERIMENTS_FILE: file,
      RERANK_KEYS: keysOf(KEY),
    },
  })
})
afterAll(async () => {
  await server?.close()
  folder?.remove()
  rmSync(records, { recursive: true, force: true })
})

inEveryBrowser('/experiments', (browser) => {
  it('shows the arms after the key was given', async () => {
    const documents = ['a', 'b'].map((id) => ({ id, text: `document ${id}` }))
    const body = JSON.stringify({ model: 'disranker', query: 'q', documents, ubi: { client_id: 'c1' } })
    const headers = { authorization: `Bearer ${KEY}` }
    await fetch(`${server.url}/v1/rerank`, { method: 'POST', body, headers })
    const { page, bad } = await openPage(browser(), `${server.url}/experiments`)
    await page.getByLabel('Key of the server').fill('wrong')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/key/)
    await page.getByLabel('Key of the server').fill(KEY)
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByRole('heading', { name: 'new-model' }).waitFor()
    const cells = await page.locator('td').allTextContents()
    expect(cells.filter((cell) => cell === 'today' || cell === 'reranked')).toEqual(['today', 'reranked'])
    expect(await page.locator('th').allTextContents()).toContain('searches with a click')
    expect(await page.locator('#counted').textContent()).toBe('Counted in the folder of the records.')
    expect(await barriers(page)).toEqual([])
    // the wrong key is told of on the console, too
    expect(bad.filter((line) => !line.includes('401'))).toEqual([])
    await page.close()
  })
})
