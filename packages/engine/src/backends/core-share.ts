// Stages that run side by side share the cores: three of them with a thread a core each would keep one another waiting.

/** milliseconds for which a share holds */
const HOLDS = 500

/**
 * @param cores of the machine
 * @param stages how many work now, this one included
 * @returns how many cores this one may use now
 */
export function coreShare(cores: number, stages: () => number, now = () => performance.now()): () => number {
  let share = cores
  let asked = Number.NEGATIVE_INFINITY
  return () => {
    if (now() - asked >= HOLDS) {
      share = Math.max(1, Math.floor(cores / Math.max(1, stages())))
      asked = now()
    }
    return share
  }
}
