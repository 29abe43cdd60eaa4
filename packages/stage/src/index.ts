export { breathe } from './breathe.ts'
export { checkRecipe, nearest } from './check-recipe.ts'
export { joinParent } from './checkout-lock.ts'
export { type Code, codeOf, hashCode } from './code-identity.ts'
export { command, FAILURE, type Failure } from './command.ts'
export { coreShare, threadsWanted } from './cores.ts'
export {
  defineStage,
  findStage,
  foldersOf,
  gatheredBy,
  inCheckout,
  moduleOf,
  recipesOf,
  runDefined,
  type StageDefinition,
  type StageOptions,
  type StageRecipes,
} from './define-stage.ts'
export { explainFileError, InputError } from './input-error.ts'
export {
  contentHash,
  type FileEntry,
  findManifest,
  hashFiles,
  type Manifest,
  readManifest,
  sha256,
  writeManifest,
} from './manifest.ts'
export {
  barProgress,
  defaultProgress,
  formatSeconds,
  type Progress,
  plainProgress,
  type ReadProgress,
  readProgress,
} from './progress.ts'
export { runProgram } from './run-program.ts'
export { beforeWork, leaveOut, runStage, type Stage, type Work } from './run-stage.ts'
export { answerUntilStopped, startThread, startThreads, type Thread, type ThreadEnd } from './thread.ts'
export { writeWholeFile } from './whole-file.ts'
