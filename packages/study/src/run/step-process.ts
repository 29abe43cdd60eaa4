// One step in a separate process: receives its work as a message, and exits with 0 when the folder is
// complete. When the study ends, for any reason, it saves its checkpoint and stops.
import { InputError, joinParent, type StageDefinition } from '@disranker/stage'
import { runStep, type StepWork } from './steps.ts'

/** Handles the one message to such a process. */
export function answerStep(pipeline: readonly StageDefinition[]): void {
  const stop = new AbortController()
  // a killed study may leave a step in the middle of a long computation: the next one waits for it
  const letGo = joinParent()
  process.on('exit', letGo)
  process.on('disconnect', () => stop.abort())
  // Ctrl-C reaches all processes of a terminal; the study handles it
  process.on('SIGINT', () => {})

  process.on('message', async (work: StepWork) => {
    try {
      await runStep(pipeline, work, stop.signal)
    } catch (error) {
      if (!stop.signal.aborted) console.error(error instanceof InputError ? error.message : error)
      process.exitCode = 1
    } finally {
      if (process.connected) process.disconnect()
    }
  })
}
