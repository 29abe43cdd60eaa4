// `findWords` in another runtime: one bundle of it, run by a program, in workerd, or in a browser.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { startWorkerd } from '../edge/served/workerd.ts'

export type Found = Readonly<Record<string, number>>

const here = fileURLToPath(new URL('.', import.meta.url))

/** @param condition of package.json's exports, by which a runtime gets its own files */
async function bundle(contents: string, condition: 'node' | 'workerd' | 'browser'): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { findWords } from './find-words.ts'\n${contents}`,
      resolveDir: here,
      loader: 'ts',
    },
    conditions: [condition],
    platform: condition === 'node' ? 'node' : condition === 'browser' ? 'browser' : 'neutral',
    mainFields: ['module', 'main'],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2024' },
  })
  return outputFiles[0]!.text
}

/** @param command a program that runs a file of JavaScript, with the words before the file */
export async function askProgram(command: readonly string[], texts: readonly string[]): Promise<Found> {
  const home = mkdtempSync(join(tmpdir(), 'words-'))
  try {
    const code = `import { readFileSync } from 'node:fs'
      const texts = JSON.parse(readFileSync(process.argv.at(-1)!, 'utf8'))
      console.log(JSON.stringify(await findWords(texts)))`
    const [script, given] = [join(home, 'ask.mjs'), join(home, 'texts.json')]
    writeFileSync(script, (await bundle(code, 'node')).replace(/^/, "import process from 'node:process'\n"))
    writeFileSync(given, JSON.stringify(texts))
    const [program, ...words] = command
    const { status, stdout, stderr } = spawnSync(program!, [...words, script, given], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`)
    return JSON.parse(stdout)
  } finally {
    rmSync(home, { recursive: true })
  }
}

export async function askWorkerd(texts: readonly string[]): Promise<Found> {
  const code = `export default {
    fetch: async (request: Request) => Response.json(await findWords(await request.json())),
  }`
  const worker = await startWorkerd({ code: await bundle(code, 'workerd') })
  try {
    const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(texts) })
    return (await response.json()) as Found
  } finally {
    await worker.close()
  }
}

export async function askBrowser(browser: Browser, texts: readonly string[]): Promise<Found> {
  const page = await browser.newPage()
  try {
    await page.addScriptTag({
      type: 'module',
      content: await bundle('Object.assign(globalThis, { findWords })', 'browser'),
    })
    await page.waitForFunction(() => 'findWords' in globalThis)
    return await page.evaluate(
      (texts) =>
        (globalThis as unknown as { findWords: (texts: readonly string[]) => Promise<Found> }).findWords(
          texts,
        ),
      texts,
    )
  } finally {
    await page.close()
  }
}
