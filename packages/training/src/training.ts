// The common part of all training recipes, and the way it drives `fit` inside a stage: checkpoints,
// measurements, and the output for users during training.
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, type Work, writeWholeFile } from '@disranker/stage'
import { bestOf } from './evaluation.ts'
import type { FitOptions } from './fit.ts'
import type { Training } from './recipe-parts.ts'
import { createEventFile, type EventFile, type Scalars } from './recorded/event-file.ts'
import { type Measured, type StepRecord, stepLines } from './recorded/step-log.ts'

type StageOptions = Omit<FitOptions<never>, 'weights' | 'batch' | 'loss' | 'counts' | 'tokens'>

/**
 * The options of `fit` other than weights, batches and loss: checkpoints in the stage's scratch folder,
 * progress, and the figures of every step in `tensorboard/<name>` of its folder.
 * @param measure measures the current model on that number of validation queries; called if the recipe has an
 * `evaluation`
 */
export function trainingOptions(
  { seed, training }: { readonly seed: number; readonly training: Training },
  work: Work,
  name: string,
  measure?: (queries: number) => Promise<Measured> | Measured,
): StageOptions {
  const { steps, schedule, optimizer, accumulate, checkpointEvery, evaluation } = training
  if (evaluation && !measure)
    throw new InputError(
      `The recipe of ${name} has training.evaluation, and this stage measures nothing while it trains. Leave evaluation out.`,
    )
  const { scratch, signal, progress } = work
  let events: EventFile | undefined
  let said: ReturnType<typeof watchPace> | undefined
  let stepped = false
  return {
    steps,
    schedule,
    optimizer,
    accumulate,
    seed,
    checkpoint: { folder: join(scratch, name), every: checkpointEvery },
    ...(evaluation &&
      measure && {
        evaluation: {
          ...evaluation,
          folder: keptFolder(scratch, name),
          measure: () => measure(evaluation.queries ?? Number.POSITIVE_INFINITY),
        },
      }),
    signal,
    onStart(history) {
      events = createEventFile(join(work.folder, 'tensorboard', name))
      events.append(history.map(scalarsOf))
      // a run that was killed after its training has no progress to show
      if (history.length < steps) progress.start(name, steps, 'steps', history.length)
      said = watchPace()
    },
    onStep(record, tokens) {
      events?.append([scalarsOf(record)])
      progress.update(record.step, said?.(record, tokens))
      stepped = true
    },
    onEnd(history) {
      if (stepped) progress.stop()
      const best = bestOf(history)
      if (best?.measured === undefined) return
      const ended = history.length < steps ? `ended at step ${history.length} of ${steps}, ` : ''
      progress.say(
        `${name}: ${ended}best on validation at step ${best.step} (${best.measured.quality.toFixed(4)})`,
      )
    },
  }
}

const keptFolder = (scratch: string, name: string) => join(scratch, `${name}-kept`)

/** The progress line of a step: the loss, the last measurement, the pace, and the peak memory. */
function watchPace(): (record: StepRecord, tokens: number) => string {
  // running means, because a single batch says little
  let mean: number | undefined
  let pace: number | undefined
  let before = performance.now()
  let memory = { megabytes: 0, seen: Number.NEGATIVE_INFINITY }
  let quality = ''
  return ({ loss, measured }, tokens) => {
    const now = performance.now()
    mean = mean === undefined ? loss : 0.95 * mean + 0.05 * loss
    const rate = (1000 * tokens) / Math.max(1, now - before)
    // the time of a step with a measurement is not only training
    if (measured === undefined) pace = pace === undefined ? rate : 0.95 * pace + 0.05 * rate
    else quality = `, validation ${measured.quality.toFixed(3)}`
    before = now
    // reading the memory costs 1 % of a small step
    if (now - memory.seen > 1000)
      memory = { megabytes: Math.round(process.resourceUsage().maxRSS / 1024), seen: now }
    const speed = tokens === 0 || pace === undefined ? '' : `, ${Math.round(pace)} tokens/s`
    return `loss ${mean.toFixed(3)}${quality}${speed}, ${memory.megabytes} MB`
  }
}

/** Tags in the usual groups. */
function scalarsOf({ step, loss, learningRate, norm, measured = {} as Measured }: StepRecord): Scalars {
  const train = { 'train/loss': loss, 'train/learning_rate': learningRate, 'train/gradient_norm': norm }
  const validation = Object.entries(measured).map(([figure, value]) => [`validation/${figure}`, value])
  return { step, figures: { ...train, ...Object.fromEntries(validation) } }
}

/**
 * Writes the output of a training other than its model: `curve.jsonl`, one line for each update, and
 * `checkpoints/step-<n>.safetensors`, the best weights and those of the last measurements, if there were any.
 */
export function writeCurve({ folder, scratch }: Work, name: string, history: readonly StepRecord[]): void {
  writeWholeFile(join(folder, 'curve.jsonl'), stepLines(history))
  const kept = keptFolder(scratch, name)
  if (existsSync(kept)) cpSync(kept, join(folder, 'checkpoints'), { recursive: true })
}
