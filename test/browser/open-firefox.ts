// The Firefox of the tests: an installed one, driven by WebDriver BiDi. Playwright asks Firefox for the media features of a
// page by a command that Firefox 153 does not have, so these are set with Firefox's own means, for all of its pages.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, firefox, type Page } from 'playwright-core'

/** The variable wins, so that a Firefox which is unpacked somewhere can be tested. */
export const FIREFOX = process.env.DISRANKER_FIREFOX ?? installed()

function installed(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return [
    ...folders.flatMap((folder) => ['firefox', 'firefox-esr'].map((name) => join(folder, name))),
    '/Applications/Firefox.app/Contents/MacOS/firefox',
  ].find(existsSync)
}

/** The parts of Playwright's own objects that are used here; its version is pinned. */
interface Session {
  readonly connection: { readonly browserSession: Session }
  send(method: string, params: Parameters): Promise<unknown>
}
interface Parameters {
  readonly features?: { readonly 'prefers-color-scheme'?: string }
  readonly [name: string]: unknown
}
interface Inside {
  readonly _connection: { toImpl(browser: Browser): { readonly _browserSession: Session } }
}

const sessionOf = (browser: Browser): Session =>
  (browser as unknown as Inside)._connection.toImpl(browser)._browserSession

export async function openFirefox(executablePath: string): Promise<Browser> {
  const browser = await firefox.launch({
    executablePath,
    channel: 'moz-firefox',
    headless: true,
    args: ['--remote-allow-system-access'],
    // as Playwright starts Chromium: scrollbars take no width, and a page that is returned to is loaded again
    firefoxUserPrefs: { 'ui.useOverlayScrollbars': 1, 'browser.sessionhistory.max_total_viewers': 0 },
  })
  setSchemesInside(Object.getPrototypeOf(sessionOf(browser)))
  return browser
}

let changed = false

/** @param sessions the prototype of those of all browsers and pages */
function setSchemesInside(sessions: Session): void {
  if (changed) return
  changed = true
  const { send } = sessions
  sessions.send = function (this: Session, method, parameters) {
    if (method !== 'emulation.setMediaFeaturesOverride') return send.call(this, method, parameters)
    const scheme = parameters.features?.['prefers-color-scheme'] === 'dark' ? 0 : 1
    return runInside(
      this.connection.browserSession,
      `Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', ${scheme})`,
    )
  }
}

/** Shows the page as it is printed. Playwright emulates paper in Chromium alone. */
export async function emulatePaper(page: Page): Promise<void> {
  await page.emulateMedia({ media: 'print' })
  const browser = page.context().browser()!
  if (browser.browserType().name() !== 'firefox') return
  await runInside(
    sessionOf(browser),
    "for (const window of Services.wm.getEnumerator('navigator:browser')) for (const { browsingContext } of window.gBrowser.browsers) browsingContext.mediumOverride = 'print'",
  )
}

async function runInside(session: Session, expression: string): Promise<unknown> {
  const tree = await session.send('browsingContext.getTree', { 'moz:scope': 'chrome' })
  const [window] = (tree as { readonly contexts: readonly { readonly context: string }[] }).contexts
  const target = { context: window!.context }
  const result = await session.send('script.evaluate', { expression, target, awaitPromise: false })
  const { type, ...rest } = result as { readonly type: string }
  if (type !== 'success') throw new Error(`Firefox did not run ${expression}: ${JSON.stringify(rest)}`)
  return result
}
