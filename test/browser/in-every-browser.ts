// A suite that runs once for every Chromium and Firefox of this machine; browsers.test.ts says where there is no Firefox.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { CHROMIUMS, FIREFOXES } from './open-browser.ts'

const BROWSERS = [...CHROMIUMS, ...FIREFOXES]

/** @param tests given the browser, which is open while they run */
export function inEveryBrowser(title: string, tests: (browser: () => Browser) => void): void {
  // an empty suite would be a failure
  if (BROWSERS.length === 0) describe(title, () => it.skip('there is no browser for this machine'))
  describe.each(BROWSERS)(`${title}, in $name`, ({ open }) => {
    let browser: Browser
    beforeAll(async () => {
      browser = await open()
    })
    afterAll(() => browser?.close())
    tests(() => browser)
  })
}
