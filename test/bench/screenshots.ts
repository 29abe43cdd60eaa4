// The page over the trained example, as pictures for the README: `npm run bench -- screenshots`.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serve } from '@disranker/edge/serve'
import { CHROMIUMS } from '../edge/open-browser.ts'
import { openPage, ranked } from '../edge/open-page.ts'
import { DIST } from './example-requests.ts'

const FOLDER = fileURLToPath(new URL('../../apps/edge/screenshots', import.meta.url))
const SHOTS = {
  'page-light': { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  'page-dark-phone': { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} as const

export async function run(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const server = await serve({ dist: DIST, alone: true })
  const browser = await CHROMIUMS[0]!.open()
  try {
    for (const [name, options] of Object.entries(SHOTS)) {
      const { page } = await openPage(browser, server.url, options)
      await ranked(page)
      await page.locator('#how', { hasText: 'tokens' }).waitFor()
      // the lines are drawn once the rows have their heights
      await page.evaluate(
        () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
      )
      await page.screenshot({ path: `${FOLDER}/${name}.png` })
      console.log(`${name}: ${await page.locator('#status').textContent()}`)
    }
  } finally {
    await browser.close()
    await server.close()
  }
}
