// The command line of the stages: `node src/cli.ts <stage>`. Prints an InputError as one message, turns Ctrl-C into an
// aborted signal, lets one run at a time work in a checkout, ends with the turbo that started it, and exits with a code that
// turbo and a shell understand.
import { nearest } from './check-recipe.ts'
import { writeWholeFile } from './folder/whole-file.ts'
import { InputError } from './input-error.ts'
import { findCheckout, holdCheckout } from './process/checkout-lock.ts'
import { watchParents } from './process/parent-watch.ts'
import { chainToTurbo, findProcess } from './process/processes.ts'

/** names a file in which a failed stage writes its message, for the parent process */
export const FAILURE = 'DISRANKER_FAILURE'

export interface Failure {
  readonly stage: string
  readonly message: string
}

/** milliseconds for a stage to save its work after turbo has ended */
const GRACE = 15_000

/** Runs the stage named by the first argument. Sets `process.exitCode`: 0 done, 1 failed, 2 unknown stage, 130 stopped. */
export async function command(
  stages: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>,
  name = process.argv[2],
): Promise<void> {
  const names = Object.keys(stages)
  const stage = name !== undefined && Object.hasOwn(stages, name) ? stages[name] : undefined
  if (stage === undefined) {
    const meant = name === undefined ? undefined : nearest(name, names)
    console.error(
      `${name === undefined ? 'No stage was named' : `There is no stage "${name}"`}. ${meant === undefined ? '' : `Did you mean ${meant}? `}Stages: ${names.join(', ')}.`,
    )
    process.exitCode = 2
    return
  }
  const stop = new AbortController()
  const onSignal = () => {
    // a second Ctrl-C ends the process at once; the files on the disk are always complete
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  const onOrphaned = () => {
    if (stop.signal.aborted) return
    stop.abort()
    setTimeout(() => process.exit(130), GRACE).unref()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // the reader of stdout or stderr has closed it
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onOrphaned)
  const chain = chainToTurbo()
  const unwatch = watchParents(chain, onOrphaned)
  let letGo = () => {}
  try {
    const checkout = findCheckout(process.argv[1] ?? '')
    const leader = chain.at(-1) ?? findProcess(process.pid)
    if (checkout !== undefined && leader !== undefined)
      letGo = await holdCheckout(checkout, leader, {
        say: (line) => console.log(`${name}: ${line}`),
        signal: stop.signal,
      })
    await stage(stop.signal)
  } catch (error) {
    process.exitCode = stop.signal.aborted ? 130 : 1
    if (stop.signal.aborted) console.error(`${name}: stopped. Run the same command again to resume.`)
    else if (error instanceof InputError) console.error(`\n${name}: ${error.message}`)
    else console.error(error)
    if (!stop.signal.aborted) leaveFailure(name!, error)
  } finally {
    letGo()
    unwatch()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    for (const stream of [process.stdout, process.stderr]) stream.off('error', onOrphaned)
  }
}

function leaveFailure(stage: string, error: unknown): void {
  const file = process.env[FAILURE]
  if (!file) return
  const expected = error instanceof InputError || !(error instanceof Error)
  const failure: Failure = {
    stage,
    message: expected ? String((error as Error)?.message ?? error) : (error.stack ?? error.message),
  }
  writeWholeFile(file, JSON.stringify(failure))
}
