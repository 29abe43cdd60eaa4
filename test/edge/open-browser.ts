// A Chromium for the tests: the system's, or the one inside the npm package @sparticuz/chromium. Nothing is downloaded.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromiumPackage, { inflate } from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find(existsSync)

/** Whether openBrowser can succeed: the package's browser is built for one kind of machine. */
export const HAS_BROWSER = SYSTEM !== undefined || (process.platform === 'linux' && process.arch === 'x64')

/** Opens it, and says which. */
export async function openBrowser(): Promise<Browser> {
  const browser = SYSTEM === undefined ? await openPackage() : await launch(SYSTEM)
  console.log(`Chromium ${browser.version()} from ${SYSTEM ?? 'the package @sparticuz/chromium'}`)
  return browser
}

async function openPackage(): Promise<Browser> {
  const path = await chromiumPackage.executablePath()
  try {
    return await launch(path)
  } catch {
    // a machine without NSS: the package brings that too, for the cloud it was made for
    const archive = new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))
    await inflate(fileURLToPath(archive))
    return launch(path, { LD_LIBRARY_PATH: join(tmpdir(), 'al2023', 'lib') })
  }
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
