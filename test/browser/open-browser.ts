// The browsers of the tests: the system's Chromium, the one inside the npm package @sparticuz/chromium, and an installed
// Firefox. All that are there are driven, because they differ (Debian's Chromium asks every site for /favicon.ico).
// Nothing is downloaded.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromiumPackage, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { FIREFOX, openFirefox } from './open-firefox.ts'

export interface InstalledBrowser {
  /** the program, and where it comes from */
  readonly name: string
  /** Opens it, and says which version it is. */
  open(): Promise<Browser>
}

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find(existsSync)

/** Those of this machine, none perhaps: the package's is built for one kind of machine. */
export const CHROMIUMS: readonly InstalledBrowser[] = [
  ...(SYSTEM === undefined ? [] : [told(`Chromium from ${SYSTEM}`, () => launch(SYSTEM))]),
  ...(process.platform === 'linux' && process.arch === 'x64'
    ? [told('Chromium from the package @sparticuz/chromium', openPackage)]
    : []),
]

export const FIREFOXES: readonly InstalledBrowser[] =
  FIREFOX === undefined ? [] : [told(`Firefox from ${FIREFOX}`, () => openFirefox(FIREFOX!))]

function told(name: string, open: () => Promise<Browser>): InstalledBrowser {
  return {
    name,
    async open() {
      const browser = await open()
      console.log(`${name}: ${browser.version()}`)
      return browser
    },
  }
}

async function openPackage(): Promise<Browser> {
  const folder = await unpacked()
  const path = join(folder, 'chromium')
  // a machine without NSS: the package brings that too, for the cloud it was made for
  return launch(path).catch(() => launch(path, { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }))
}

/**
 * The package unpacks to one place, and takes a file that another process still writes for a whole one; so it does in a
 * folder of its own, which then gets its name.
 */
async function unpacked(): Promise<string> {
  const home = new URL('..', import.meta.resolve('@sparticuz/chromium'))
  const { version } = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'))
  const folder = join(tmpdir(), `disranker-chromium-${version}`)
  if (existsSync(folder)) return folder
  const work = mkdtempSync(`${folder}.`)
  const { TMPDIR } = process.env
  process.env.TMPDIR = work
  try {
    await chromiumPackage.executablePath()
    await inflate(fileURLToPath(new URL('bin/al2023.tar.br', home)))
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
  try {
    renameSync(work, folder)
  } catch (error) {
    rmSync(work, { recursive: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

function launch(executablePath: string, more: Record<string, string> = {}): Promise<Browser> {
  // the package's own arguments are made for one page in one process, which ends with its first page
  const args = ['--no-sandbox', '--disable-gpu']
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== undefined))
  return chromium.launch({
    executablePath,
    args,
    headless: true,
    env: { ...(env as Record<string, string>), ...more },
  })
}
