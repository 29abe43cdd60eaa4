export { type FitOptions, fit } from './fit.ts'
export { type GroupBatch, groupScores, packGroups, type TextGroup, tokensOf } from './group-batch.ts'
export { type Rates, rateFactors } from './learning-rates.ts'
export { hybrid } from './losses/hybrid.ts'
export { infoNce } from './losses/info-nce.ts'
export { lambdaLoss } from './losses/lambda-loss.ts'
export { listwiseCrossEntropy } from './losses/listwise-cross-entropy.ts'
export { listwiseKl } from './losses/listwise-kl.ts'
export { marginMse } from './losses/margin-mse.ts'
export {
  type Loss,
  type Objective,
  objectiveLoss,
  type TargetKind,
  type Targets,
  type Term,
} from './losses/objective.ts'
export { pairwiseMargin } from './losses/pairwise-margin.ts'
export { pointwiseMse } from './losses/pointwise-mse.ts'
export { rankNet } from './losses/rank-net.ts'
export { createOptimizer, type OptimizerRecipe } from './optimizer.ts'
export { modelOf } from './recipe-model.ts'
export * as recipeParts from './recipe-parts.ts'
export { learningRate, type Schedule } from './schedule.ts'
export type { Measured, StepRecord } from './step-log.ts'
export { dropTokens, type TokenDropout } from './token-dropout.ts'
export { type Training, trainingOptions, writeCurve } from './training.ts'
