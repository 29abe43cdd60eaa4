export { type BagOfWordsOptions, type BagOfWordsRecipe, bagOfWords } from './bag-of-words.ts'
export { type DistilOptions, type DistilRecipe, distil } from './distil.ts'
export { type LabelsOptions, type LabelsRecipe, labels } from './labels.ts'
export { readStudent, type StudentConfig } from './network/student-folder.ts'
export type { FromInit, FromScratch, Init } from './network/student-start.ts'
export type {
  StaticBiEncoderOptions,
  StaticBiEncoderRecipe,
} from './static-bi-encoder.ts'
export type { StudentRecipe } from './student-recipe.ts'
export { type TableOptions, type TableRecipe, table } from './table.ts'
