export { type FitOptions, fit } from './fit.ts'
export { type GroupBatch, groupScores, packGroups, type TextGroup, tokensOf } from './group-batch.ts'
export type { Rates } from './learning-rates.ts'
export {
  type Loss,
  type Objective,
  objectiveLoss,
  type TargetKind,
  type Targets,
  type Term,
} from './losses/objective.ts'
export { pointwiseMse } from './losses/pointwise-mse.ts'
export type { OptimizerRecipe } from './optimizer.ts'
export { modelOf } from './recipe-model.ts'
export * as recipeParts from './recipe-parts.ts'
export type { Schedule } from './schedule.ts'
export type { Measured, StepRecord } from './step-log.ts'
export { dropTokens, type TokenDropout } from './token-dropout.ts'
export { type Training, trainingOptions, writeCurve } from './training.ts'
