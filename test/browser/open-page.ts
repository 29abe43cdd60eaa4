// A page of the served Worker in a browser, watched: console errors (violations of its policy are some) and calls to
// other hosts are noted, and axe-core looks for what keeps people out.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface Watched {
  readonly page: Page
  /** what must not happen */
  readonly bad: readonly string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const page = await browser.newPage(options)
  const bad: string[] = []
  page.on('console', (message) => message.type() === 'error' && bad.push(message.text()))
  page.on('pageerror', (error) => bad.push(error.message))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) bad.push(`a call to ${request.url()}`)
  })
  await page.goto(url)
  return { page, bad }
}

export const ranked = (page: Page) => page.locator('#after li').first().waitFor()

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

/** axe-core's serious and critical findings, with the elements. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // evaluated by the debugger: a script element would be against the page's policy
  await page.evaluate(AXE)
  // Firefox 153 crashes where these are read twice; without them axe-core reads the attributes
  if (page.context().browser()!.browserType().name() === 'firefox')
    await page.evaluate(() => {
      for (const name of ['ariaLabelledByElements', 'ariaDescribedByElements'])
        Reflect.deleteProperty(Element.prototype, name)
    })
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    interface AxeResults {
      violations: { id: string; impact: string; nodes: { html: string }[] }[]
    }
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3)}`)
  })
}
