// Ends a stage when the turbo that runs it ends, for any reason: a SIGKILL reaches only turbo, and npm, which
// runs between turbo and the stage, does not notice it.
import { isThere, type ProcessInfo } from './processes.ts'

/** milliseconds between two checks */
const EVERY = 500

/**
 * Calls `onGone` once when a process of the chain is gone.
 * @returns a function that stops the watch
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
