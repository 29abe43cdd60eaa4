export { type CptOptions, type CptRecipe, cpt } from './cpt.ts'
export { type ScoreOptions, type ScoreRecipe, score } from './score.ts'
export { type SftOptions, type SftRecipe, sft } from './sft.ts'
export { readTeacher, type Teacher, type TeacherConfig } from './teacher-folder.ts'
