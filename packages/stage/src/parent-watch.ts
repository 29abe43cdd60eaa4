// A stage ends with the turbo that runs it, however that dies: a SIGKILL reaches turbo alone, and npm, which stands
// between, does not look.
import { isThere, type ProcessInfo } from './processes.ts'

/** milliseconds between two looks */
const EVERY = 500

/**
 * Calls `onGone` once when a process of the chain is gone.
 * @returns how to stop watching
 */
export function watchParents(chain: readonly ProcessInfo[], onGone: () => void): () => void {
  if (chain.length === 0) return () => {}
  const timer = setInterval(() => {
    if (chain.every(isThere)) return
    clearInterval(timer)
    onGone()
  }, EVERY)
  timer.unref()
  return () => clearInterval(timer)
}
