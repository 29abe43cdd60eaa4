// Divides the stages: those that the served model needs run first; the other rows of the report are computed
// while the server runs.
import { findStage, gatheredBy, type StageDefinition } from '@disranker/stage'

/** the stage whose result is served */
export const SERVED = 'quantize'

export interface StageOrder {
  /** the stages of the served model, in the order of the pipeline */
  readonly first: readonly StageDefinition[]
  /** other rows of the report */
  readonly later: readonly StageDefinition[]
}

/**
 * @param recipes the recipe of each stage, by name: if a stage gathers others, it needs only those that its
 * recipe names
 * @param served the stage whose result is served
 * @param unread names of stages whose results are not read in this run
 */
export function servedFirst(
  stages: readonly StageDefinition[],
  recipes: Readonly<Record<string, unknown>>,
  served = SERVED,
  unread: readonly string[] = [],
): StageOrder {
  const needed = new Set<StageDefinition>()
  const add = (stage: StageDefinition): void => {
    if (needed.has(stage) || unread.includes(stage.name)) return
    needed.add(stage)
    for (const other of readsOf(stages, stage, recipes[stage.name])) add(other)
  }
  add(findStage(stages, served))
  return {
    first: stages.filter((stage) => needed.has(stage)),
    later: stages.filter((stage) => !needed.has(stage) && stage.reported === true),
  }
}

/** The stages that a stage reads with this recipe. */
export function readsOf(
  stages: readonly StageDefinition[],
  stage: StageDefinition,
  recipe: unknown,
): StageDefinition[] {
  const named = namesIn(recipe)
  return [
    ...Object.values(stage.reads).map((name) => findStage(stages, name)),
    ...gatheredBy(stages, stage).filter(({ name }) => stage.gathers === 'reported' || named.has(name)),
  ]
}

/** Every text in a recipe, so that a stage counts as named anywhere in it. */
function namesIn(value: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') into.add(value)
  else if (typeof value === 'object' && value !== null)
    for (const one of Object.values(value)) namesIn(one, into)
  return into
}
