// The display and the end of every command that trains: a screen, a log, and children that end on request.
import { openRunLog, type RunLog } from './run-log.ts'
import { type Children, StageFailed } from './run-stages.ts'
import { openScreen, type Screen } from './screen.ts'
import type { Child } from './turbo.ts'

export interface Shown extends Children {
  readonly screen: Screen
  readonly log: RunLog
}

/** A wrong PORT is reported before the training, not after it. */
function wrongPort(port = process.env.PORT || '8787'): string | undefined {
  if (/^\d+$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return undefined
  return `PORT is "${port}": wanted a whole number from 1 to 65535. Nothing was run.`
}

/**
 * Runs a command with a screen. The message of a failed stage is printed, with the path of the log.
 * @param name of the log
 * @returns the exit code
 */
export async function show(name: string, run: (shown: Shown) => Promise<number>): Promise<number> {
  const wrong = wrongPort()
  if (wrong !== undefined) {
    console.error(`${name}: ${wrong}`)
    return 1
  }
  const screen = openScreen(process.stdout)
  const log = openRunLog(name)
  const children = new Set<Child>()
  let stopped = false
  const release = onSignals((signal) => {
    stopped = true
    if (signal !== 'SIGINT') for (const child of children) child.stop('SIGTERM')
  })
  try {
    return await run({ screen, log, children, isStopped: () => stopped })
  } catch (error) {
    screen.rest()
    if (stopped) {
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
 * On a terminal Ctrl-C reaches the children directly. They save their work and end, and then this process
 * ends. Other signals are forwarded.
 */
function onSignals(handler: (signal: NodeJS.Signals) => void): () => void {
  const offs = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const off of offs) off()
  }
}
