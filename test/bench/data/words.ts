// The words of every analyzer, on 5,000 texts of twenty scripts, in every runtime that a model may be trained or served in; and
// whether they agree about Intl.Segmenter, which no analyzer asks because they do not. Installs some 300 MB.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CHROMIUMS } from '../../browser/open-browser.ts'
import { install } from '../../packages/empty-project.ts'
import { askBrowser, askProgram, askWorkerd, type Found } from '../../words/ask-runtime.ts'
import { findWords, SEGMENTER } from '../../words/find-words.ts'
import { scriptTexts } from '../../words/script-texts.ts'
import { RUNTIMES } from '../edge/installed-runtimes.ts'

const TEXTS = 5_000
const SEED = 20261130

export async function run(): Promise<void> {
  const texts = scriptTexts(TEXTS, SEED)
  const expected = await findWords(texts)
  const tell = (name: string, found: Found) => {
    const apart = Object.keys(expected).filter((key) => key !== SEGMENTER && found[key] !== expected[key])
    const segmenter = found[SEGMENTER] === expected[SEGMENTER] ? 'the same' : 'others'
    const ours = apart.length === 0 ? 'the same words' : `OTHER WORDS: ${apart.join(', ')}`
    console.log(`${name}: ${ours} for ${TEXTS} texts; those of ${SEGMENTER} are ${segmenter}`)
    if (apart.length > 0) process.exitCode = 1
  }
  tell(`Node ${process.versions.node}, bundled`, await askProgram([process.execPath], texts))
  tell('workerd', await askWorkerd(texts))
  for (const { name, open } of CHROMIUMS) {
    const browser = await open()
    tell(`${name}, ${browser.version()}`, await askBrowser(browser, texts))
    await browser.close()
  }
  const home = mkdtempSync(join(tmpdir(), 'words-runtimes-'))
  try {
    for (const { name, packages, command, words } of RUNTIMES) {
      const folder = join(home, name.replace(' ', '-'))
      install(folder, ...packages)
      tell(name, await askProgram([join(folder, 'node_modules', command), ...words], texts))
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}
