export { type BiEncoderOptions, type BiEncoderRecipe, biEncoder } from './bi-encoder.ts'
export { type CptOptions, type CptRecipe, cpt } from './cpt.ts'
export { type ExportOptions, exportTo, FORMATS, type Format } from './export.ts'
export { type ScoreOptions, type ScoreRecipe, score } from './score.ts'
export { type SftOptions, type SftRecipe, sft } from './sft.ts'
export type { TeacherRecipe } from './teacher-recipe.ts'
export { type LeftOut, leaveOut, leftOutBefore } from './training/leave-out.ts'
export { readTeacher, type Teacher, type TeacherConfig } from './training/teacher-folder.ts'
export type { FromCheckpoint, FromScratch, TeacherStart } from './training/teacher-start.ts'
export {
  embedTexts,
  openTwinEncoder,
  type TwinEncoder,
  type TwinReading,
} from './training/twin-encoder.ts'
