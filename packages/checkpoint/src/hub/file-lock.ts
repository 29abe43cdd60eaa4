// Lets one task of one process work on a file at a time. A lock is a file next to it that names the process that holds it.
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

/** milliseconds between two checks, and until the lock of another machine counts as abandoned */
const [LOOK, LEFT_BEHIND] = [200, 600_000]

/**
 * Waits until nothing else holds the lock, and takes it. A lock whose process has ended is taken over.
 * @returns a function that releases it
 */
export async function lockFile(path: string, signal?: AbortSignal): Promise<() => void> {
  for (;;) {
    try {
      const handle = openSync(path, 'wx')
      writeSync(handle, JSON.stringify({ host: hostname(), process: process.pid }))
      closeSync(handle)
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (isLeftBehind(path)) rmSync(path, { force: true })
    else await pause(LOOK, undefined, { signal })
  }
}

function isLeftBehind(path: string): boolean {
  try {
    const { host, process: holder } = JSON.parse(readFileSync(path, 'utf8')) as {
      host: string
      process: number
    }
    return host === hostname() ? !isAlive(holder) : Date.now() - statSync(path).mtimeMs > LEFT_BEHIND
  } catch (error) {
    // released just now, or just being written
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > LOOK * 10
  }
}

function isAlive(holder: number): boolean {
  try {
    process.kill(holder, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
