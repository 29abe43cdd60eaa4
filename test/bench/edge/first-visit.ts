// The cost of a first visit to the page, and of a first ranking by a new Worker: `npm run bench --
// first-visit [checkout]`. With the folder of another checkout (installed, with its apps/edge/dist) both are
// measured in turns, in one run.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { serve } from '@disranker/edge/serve'
import type { Browser } from 'playwright-core'
import { CHROMIUMS } from '../../browser/open-browser.ts'
import { ranked } from '../../browser/open-page.ts'
import { exampleRequests, quantile } from './example-requests.ts'

const ROUNDS = 5
const HERE = fileURLToPath(new URL('../../..', import.meta.url))

interface Visit {
  /** KB of all answers' bodies, as they are before a network compresses them */
  readonly kilobytes: number
  readonly requests: number
  /** ms from asking for the page to the reranked list */
  readonly shown: number
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  const bodies: Promise<number>[] = []
  page.on('response', (response) => {
    bodies.push(response.body().then(({ byteLength }) => byteLength))
  })
  const began = performance.now()
  await page.goto(url)
  await ranked(page)
  const shown = performance.now() - began
  const sizes = await Promise.all(bodies)
  await page.close()
  return { kilobytes: sizes.reduce((sum, size) => sum + size, 0) / 1000, requests: sizes.length, shown }
}

/** @param checkout the Worker and the dist/ of which are served */
async function measure(browser: Browser, checkout: string) {
  const home = join(checkout, 'apps', 'edge')
  const command = ['commands', 'build'].map((name) => join(home, name, 'serve.ts')).find(existsSync)
  if (command === undefined) throw new Error(`${checkout} is no checkout of this project.`)
  const { serve: start } = (await import(command)) as { readonly serve: typeof serve }
  const [request] = exampleRequests(1, 50)
  const server = await start({ dist: join(home, 'dist'), alone: true })
  try {
    const began = performance.now()
    const body = JSON.stringify({ model: 'disranker', ...request })
    const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`The first request was answered ${answer.status}`)
    const first = performance.now() - began
    return { first, ...(await visit(browser, server.url)) }
  } finally {
    await server.close()
  }
}

export async function run(): Promise<void> {
  const checkouts = [HERE, ...process.argv.slice(3, 4)]
  const browser = await CHROMIUMS[0]!.open()
  const found = checkouts.map(() => [] as Awaited<ReturnType<typeof measure>>[])
  try {
    for (let round = 0; round < ROUNDS; round++)
      for (const [at, checkout] of checkouts.entries()) found[at]!.push(await measure(browser, checkout))
  } finally {
    await browser.close()
  }
  for (const [at, checkout] of checkouts.entries()) {
    const median = (of: keyof Awaited<ReturnType<typeof measure>>) =>
      quantile(
        found[at]!.map((one) => one[of]),
        0.5,
      )
    console.log(
      `${at === 0 ? 'here' : checkout}: first ranking of a fresh Worker ${median('first').toFixed(0)} ms; first visit ` +
        `${median('kilobytes').toFixed(1)} KB in ${median('requests')} answers, shown after ${median('shown').toFixed(0)} ms`,
    )
  }
}
