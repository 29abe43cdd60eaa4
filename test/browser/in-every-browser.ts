// A suite that runs once for every Chromium of this machine.
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { CHROMIUMS } from './open-browser.ts'

/** @param tests given the browser, which is open while they run */
export function inEveryBrowser(title: string, tests: (browser: () => Browser) => void): void {
  // an empty suite would be a failure
  if (CHROMIUMS.length === 0) describe(title, () => it.skip('there is no Chromium for this machine'))
  describe.each(CHROMIUMS)(`${title}, in Chromium from $name`, ({ open }) => {
    let browser: Browser
    beforeAll(async () => {
      browser = await open()
    })
    afterAll(() => browser?.close())
    tests(() => browser)
  })
}
