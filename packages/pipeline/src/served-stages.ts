// The stages that the served model was made from, by the manifests of their results: a recipe names every
// stage that may be read, but without an encoder, or with few judged queries, fewer are. Without a result the
// recipe decides.
import { findManifest, findStage, type StageDefinition } from '@disranker/stage'
import { readsOf, SERVED } from './start/served-first.ts'

/**
 * @param at returns the folder of a stage
 * @param recipes the recipe of each stage, by name
 */
export function servedStages(
  stages: readonly StageDefinition[],
  at: (stage: StageDefinition) => string,
  recipes: Readonly<Record<string, unknown>>,
): StageDefinition[] {
  const made = new Set<StageDefinition>()
  const add = (stage: StageDefinition): void => {
    if (made.has(stage)) return
    made.add(stage)
    const inputs = findManifest(at(stage))?.inputs
    for (const other of readsOf(stages, stage, recipes[stage.name]))
      if (inputs === undefined || optionsOf(stage, other).some((option) => inputs[option] !== undefined))
        add(other)
  }
  add(findStage(stages, SERVED))
  return stages.filter((stage) => made.has(stage))
}

/** The option names under which a stage may receive another's folder. */
const optionsOf = (stage: StageDefinition, other: StageDefinition): string[] => [
  other.name,
  ...Object.entries(stage.reads).flatMap(([option, name]) => (name === other.name ? [option] : [])),
]
