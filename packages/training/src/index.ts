export { type FitOptions, fit } from './fit.ts'
export { type GroupBatch, groupScores, packGroups, type TextGroup, tokensOf } from './group-batch.ts'
export {
  gradesObjective,
  type Objective,
  objective,
  objectiveLoss,
  type Targets,
  type Term,
} from './losses/objective.ts'
export { pointwiseMse } from './losses/pointwise-mse.ts'
export { softmaxLoss } from './losses/softmax-loss.ts'
export { modelOf } from './recipe-model.ts'
export type { OptimizerRecipe, Rates, Schedule, Training } from './recipe-parts.ts'
export * as recipeParts from './recipe-parts.ts'
export type { Measured, StepRecord } from './recorded/step-log.ts'
export { dropTokens, type TokenDropout } from './token-dropout.ts'
export { trainingOptions, writeCurve } from './training.ts'
