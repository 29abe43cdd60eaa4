export { checkRecipe, nearest } from './check-recipe.ts'
export { command, FAILURE, type Failure } from './command.ts'
export {
  defineStage,
  findStage,
  foldersOf,
  gatheredBy,
  inCheckout,
  moduleOf,
  POSTPONE,
  recipesOf,
  runDefined,
  type StageDefinition,
  type StageOptions,
  type StageRecipes,
} from './define-stage.ts'
export { type Code, codeOf, hashCode } from './folder/code-identity.ts'
export {
  contentHash,
  type FileEntry,
  findManifest,
  hashFiles,
  type Manifest,
  readManifest,
  sha256,
  wholeContent,
  writeManifest,
} from './folder/manifest.ts'
export { writeWholeFile } from './folder/whole-file.ts'
export { explainFileError, InputError } from './input-error.ts'
export { breathe } from './process/breathe.ts'
export { joinParent } from './process/checkout-lock.ts'
export { coreShare, threadsWanted } from './process/cores.ts'
export { runProgram } from './process/run-program.ts'
export {
  answerUntilStopped,
  startThread,
  startThreads,
  type Thread,
  type ThreadEnd,
} from './process/thread.ts'
export {
  barProgress,
  defaultProgress,
  formatSeconds,
  type Progress,
  plainProgress,
  type ReadProgress,
  readProgress,
} from './progress.ts'
export { beforeWork, leaveOut, runStage, type Stage, type Work } from './run-stage.ts'
