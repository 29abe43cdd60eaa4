// One step in a process of its own: takes its work as a message, and leaves with 0 when the folder is complete. It stops,
// its checkpoint saved, when the study ends, however that dies.
import { InputError, joinParent, type StageDefinition } from '@disranker/stage'
import { runStep, type StepWork } from './steps.ts'

/** Answers the one message that such a process gets. */
export function answerStep(pipeline: readonly StageDefinition[]): void {
  const stop = new AbortController()
  // a study that was killed may leave a step in the middle of a long computation: the next one waits for it
  const letGo = joinParent()
  process.on('exit', letGo)
  process.on('disconnect', () => stop.abort())
  // Ctrl-C reaches all processes of a terminal; the study is what answers it
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
