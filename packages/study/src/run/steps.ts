// The kinds of steps: a stage of the pipeline, or the thinning of grades.
import { defineStage, findStage, type StageDefinition } from '@disranker/stage'

export interface StepWork {
  readonly stage: string
  readonly recipe: unknown
  /** folders by the stage's option names; those of gathered stages by their own names */
  readonly inputs: Readonly<Record<string, string>>
  readonly out: string
}

const thin = defineStage({
  name: 'thin',
  about: 'the grades of fewer queries',
  home: 'study',
  reads: { pairs: 'pairs' },
  async load() {
    const { thinGrades, thinSchema } = await import('../thin.ts')
    return { schema: thinSchema, run: thinGrades }
  },
})

/** The stages of steps. */
export const stepStages = (pipeline: readonly StageDefinition[]): readonly StageDefinition[] => [
  ...pipeline,
  thin,
]

/** Runs one step; its folder is then complete. */
export async function runStep(
  pipeline: readonly StageDefinition[],
  { stage: name, recipe, inputs, out }: StepWork,
  signal: AbortSignal,
): Promise<void> {
  const stage = findStage(stepStages(pipeline), name)
  const { run } = await stage.load()
  const isRead = ([option]: readonly [string, string]) => stage.reads[option] !== undefined
  const given = Object.entries(inputs)
  const stages = Object.fromEntries(given.filter((input) => !isRead(input)))
  await run({ ...Object.fromEntries(given.filter(isRead)), stages, out, recipe, signal } as never)
}
