// The training loop: it draws batches, takes the gradient, updates the weights, and at intervals measures and
// saves the state that a killed run needs to resume. An interrupted and resumed run ends with the same bits
// as one that was not interrupted.
import { type Random, seededBy } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { Weights } from '@disranker/transformer'
import * as tf from '@tensorflow/tfjs'
import { bestOf, type Evaluation, isDue, isOver, keepWeights, takeWeights } from './evaluation.ts'
import { createOptimizer } from './optimizer/optimizer.ts'
import { checkSchedule, learningRate } from './optimizer/schedule.ts'
import type { OptimizerRecipe, Schedule } from './recipe-parts.ts'
import { loadCheckpoint, saveCheckpoint } from './recorded/checkpoint.ts'
import { appendSteps, NOTHING_LOGGED, type StepRecord } from './recorded/step-log.ts'

export interface FitOptions<Batch> {
  readonly weights: Weights
  /** total number of updates */
  readonly steps: number
  readonly schedule: Schedule
  readonly optimizer: OptimizerRecipe
  /** batches whose gradients make one update, as one batch of all of them would; 1 by default */
  readonly accumulate?: number | undefined
  readonly seed: number
  /** Draws a batch. @param step 0-based number of the batch, over all updates */
  batch(step: number, random: Random): Batch
  /** The loss of a batch, a mean over its counted items; called within a tidy. */
  loss(batch: Batch): tf.Scalar
  /**
   * number of items in the mean of the loss, such as tokens to predict; by default every batch counts equally
   */
  counts?(batch: Batch): number
  /** number of tokens that the model reads, for the progress */
  tokens?(batch: Batch): number
  /** checkpoint path, and the number of updates between two saves */
  readonly checkpoint?: { readonly folder: string; readonly every: number } | undefined
  /** if given, the final weights are the best measured ones */
  readonly evaluation?: Evaluation | undefined
  /** when it aborts, a checkpoint is saved, then its reason is thrown */
  readonly signal?: AbortSignal | undefined
  /** @param history of the interrupted runs before this one */
  onStart?(history: readonly StepRecord[]): void
  /** @param tokens read in this step; 0 if they are not counted */
  onStep?(record: StepRecord, tokens: number): void
  /** @param history of the whole run */
  onEnd?(history: readonly StepRecord[]): void
}

/**
 * Trains weights in place. Needs an open backend.
 * @returns a record of every update, those of interrupted runs included
 * @throws {InputError} when a number of the recipe is out of range, or the loss or gradient is not finite
 */
export async function fit<Batch>(
  options: FitOptions<Batch>,
): Promise<{ readonly history: readonly StepRecord[] }> {
  const { weights, steps, schedule, seed, accumulate = 1, checkpoint, evaluation, signal } = options
  checkSchedule(schedule)
  if (!(Number.isInteger(steps) && steps > 0 && Number.isInteger(accumulate) && accumulate > 0))
    throw new InputError(
      `steps is ${steps} and accumulate ${accumulate}; wanted whole numbers from 1. Fix the recipe.`,
    )
  const optimizer = createOptimizer(weights, options.optimizer)
  try {
    const found = checkpoint && loadCheckpoint(checkpoint.folder, optimizer)
    const random = found?.random ?? seededBy(seed, 'fit')
    const history = [...(found?.history ?? [])]
    let logged = found?.logged ?? NOTHING_LOGGED
    const save = () => {
      if (!checkpoint) return
      const progressed = { step: history.length, random, history, logged }
      logged = saveCheckpoint(checkpoint.folder, optimizer, progressed)
    }
    options.onStart?.(history)
    for (let step = history.length; step < steps && !isOver(history, evaluation); step++) {
      if (signal?.aborted) {
        save()
        signal.throwIfAborted()
      }
      const rate = learningRate(schedule, step, steps)
      const { loss, norm, tokens } = tf.tidy(() => {
        const { loss, gradients, tokens } = accumulated(options, step * accumulate, accumulate, random)
        const norm = optimizer.update(gradients, { step: step + 1, learningRate: rate, parts: accumulate })
        // read after the norm, so that there is one wait for the device
        return { loss: loss.dataSync()[0]!, norm, tokens }
      })
      if (!Number.isFinite(loss) || !Number.isFinite(norm))
        throw new InputError(
          `Training broke down at step ${step + 1}: loss ${loss}, gradient norm ${norm}. Lower the learning rate (schedule.peak, now ${schedule.peak}), lengthen its warm-up or lower optimizer.clip in the recipe.`,
        )
      const measured = isDue(step + 1, steps, evaluation) ? await evaluation!.measure() : undefined
      const record = { step: step + 1, loss, learningRate: rate, norm, ...(measured && { measured }) }
      history.push(record)
      if (checkpoint) logged = appendSteps(checkpoint.folder, history, logged)
      options.onStep?.(record, tokens)
      if (measured) keepWeights(weights, history, evaluation!, save)
      else if (checkpoint && (step + 1) % checkpoint.every === 0 && step + 1 < steps) save()
      // a turn of the event loop for Ctrl-C and progress: everything above is synchronous
      await new Promise(setImmediate)
    }
    // so that a kill during later work (scoring, writing) does not cost the training
    save()
    if (evaluation) takeWeights(weights, bestOf(history)!.step, evaluation)
    options.onEnd?.(history)
    return { history }
  } finally {
    optimizer.dispose()
  }
}

/** Sums the gradients of `parts` batches, each weighted by its count; the loss is their mean. */
function accumulated<Batch>(
  { weights, batch, loss: lossOf, counts = () => 1, tokens: tokensOf = () => 0 }: FitOptions<Batch>,
  first: number,
  parts: number,
  random: Random,
): { loss: tf.Scalar; gradients: Map<string, tf.Tensor>; tokens: number } {
  const variables = [...weights.values()]
  const names = new Map([...weights].map(([name, { name: inner }]) => [inner, name]))
  const gradients = new Map<string, tf.Tensor>()
  const losses: tf.Scalar[] = []
  const drawn = Array.from({ length: parts }, (_, part) => batch(first + part, random))
  const mean = drawn.reduce((sum, one) => sum + counts(one), 0) / parts
  for (const one of drawn) {
    const share = mean === 0 ? 1 : counts(one) / mean
    const { value, grads } = tf.variableGrads(
      () => (share === 1 ? lossOf(one) : tf.mul(lossOf(one), share)) as tf.Scalar,
      variables,
    )
    losses.push(value)
    const added: tf.Tensor[] = []
    for (const [inner, gradient] of Object.entries(grads)) {
      if (gradient === null || gradient === undefined) continue
      const name = names.get(inner)!
      const sum = gradients.get(name)
      if (sum !== undefined) added.push(sum, gradient)
      gradients.set(name, sum === undefined ? gradient : tf.add(sum, gradient))
    }
    // the outer tidy would keep the gradients of every part until the end of the step
    tf.dispose(added)
  }
  const tokens = drawn.reduce((sum, one) => sum + tokensOf(one), 0)
  return { loss: tf.mean(tf.stack(losses)), gradients, tokens }
}
