export type { BaseRecipes } from './arms.ts'
export { changeRecipe } from './change-recipe.ts'
export { type StudyOptions, study } from './study.ts'
export { type Arm, checkStudy, type Section, type StudyRecipe, type TeacherArm } from './study-recipe.ts'
