import * as children from 'node:child_process'
import { afterEach, expect, it, vi } from 'vitest'
import { watchParents } from './parent-watch.ts'
import { findProcess } from './processes.ts'

vi.mock('node:child_process', { spy: true })
const { platform } = process
afterEach(() => {
  Object.defineProperty(process, 'platform', { value: platform })
  vi.mocked(children.execFileSync).mockClear()
})

it.each([platform, 'darwin'] as const)(
  'hears on %s that a process is gone, and starts none to look',
  async (system) => {
    const child = children.spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    const found = findProcess(child.pid!)!
    Object.defineProperty(process, 'platform', { value: system })
    let isGone = false
    const gone = new Promise<void>((resolve) => {
      watchParents([found], () => {
        isGone = true
        resolve()
      })
    })
    // two looks
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(isGone).toBe(false)
    child.kill('SIGKILL')
    await exited
    await gone
    expect(children.execFileSync).not.toHaveBeenCalled()
  },
)
