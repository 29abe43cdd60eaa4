// What the browsers of the tests emulate: a dark scheme and paper, which in Firefox is not Playwright's doing.
import { expect, it } from 'vitest'
import { inEveryBrowser } from './in-every-browser.ts'
import { FIREFOXES } from './open-browser.ts'
import { emulatePaper } from './open-firefox.ts'

inEveryBrowser('a browser of the tests', (browser) => {
  it.each(['dark', 'light'] as const)(
    'shows pages in the scheme that was asked for: %s',
    async (colorScheme) => {
      const page = await browser().newPage({ colorScheme })
      const dark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
      expect(await dark()).toBe(colorScheme === 'dark')
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await dark()).toBe(true)
      await page.close()
    },
  )

  it('shows one page on paper, and the next on a screen', async () => {
    const onPaper = async (print: boolean) => {
      const page = await browser().newPage()
      if (print) await emulatePaper(page)
      const paper = await page.evaluate(() => matchMedia('print').matches)
      await page.close()
      return paper
    }
    expect([await onPaper(true), await onPaper(false)]).toEqual([true, false])
  })
})

if (FIREFOXES.length === 0) it.skip('there is no Firefox on the PATH or in DISRANKER_FIREFOX')
