// What every command that trains shows and how it ends: a screen, a log, and children that end when it is asked to end.
import { openRunLog, type RunLog } from './run-log.ts'
import { StageFailed } from './run-stages.ts'
import { openScreen, type Screen } from './screen.ts'
import type { Child } from './turbo.ts'

export interface Shown {
  readonly screen: Screen
  readonly log: RunLog
  /** those that run now */
  readonly children: Set<Child>
  /** the signal that asked this process to end */
  readonly stopped: NodeJS.Signals | undefined
}

/**
 * Runs a command with a screen. What a stage says when it fails is printed, with the path of the log.
 * @param name of the log
 * @returns the exit code
 */
export async function show(name: string, run: (shown: Shown) => Promise<number>): Promise<number> {
  const shown = {
    screen: openScreen(process.stdout),
    log: openRunLog(name),
    children: new Set<Child>(),
    stopped: undefined as NodeJS.Signals | undefined,
  }
  const { screen, log } = shown
  const release = onSignals(shown)
  try {
    return await run(shown)
  } catch (error) {
    screen.rest()
    if (shown.stopped !== undefined) {
      screen.say(`Stopped. The same command resumes. Log: ${log.file}`)
      return 130
    }
    if (!(error instanceof StageFailed)) throw error
    screen.say(`\n${error.message}\n\nLog: ${log.file}`)
    return 1
  } finally {
    release()
  }
}

/**
 * On a terminal Ctrl-C reaches the children directly. They save their work and end, and this process after them. Other signals are
 * forwarded.
 */
function onSignals(shown: {
  readonly children: Set<Child>
  stopped: NodeJS.Signals | undefined
}): () => void {
  const offs = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const handler = () => {
      shown.stopped = signal
      if (signal !== 'SIGINT') for (const child of shown.children) child.stop('SIGTERM')
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const off of offs) off()
  }
}
