// The same words wherever a model is trained and served; `npm run bench -- words` asks more runtimes, and more.
import { expect, it } from 'vitest'
import { inEveryBrowser } from '../browser/in-every-browser.ts'
import { askBrowser, askProgram, askWorkerd, type Found } from './ask-runtime.ts'
import { findWords, SEGMENTER } from './find-words.ts'
import { scriptTexts } from './script-texts.ts'

const texts = scriptTexts(200, 7)
/** of Intl.Segmenter the runtimes may think what they like: no analyzer asks it */
const ours = ({ [SEGMENTER]: _, ...found }: Found) => found
const expected = findWords(texts).then(ours)

it('has texts that the analyzers tell apart', async () => {
  const { porter, any, fr, ru } = await expected
  expect(new Set([porter, any, fr, ru]).size).toBe(4)
})

it('finds them in a bundle for Node', async () => {
  expect(ours(await askProgram([process.execPath], texts))).toEqual(await expected)
})

it('finds them in workerd', async () => {
  expect(ours(await askWorkerd(texts))).toEqual(await expected)
})

inEveryBrowser('words in a browser', (browser) => {
  it('are the same', async () => {
    expect(ours(await askBrowser(browser(), texts))).toEqual(await expected)
  })
})
