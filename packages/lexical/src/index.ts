export { type Bm25, type Bm25Options, createBm25 } from './bm25.ts'
export {
  checkMarks,
  fitMarks,
  MARKED_TYPES,
  MATCHES,
  type Marks,
  type MarksOptions,
  matchOf,
  OVERLAP_TYPE,
  overlapOf,
  SPECIAL_TYPE,
  type WordSet,
} from './marks.ts'
export { createMemory, type Memory } from './memory.ts'
export { stem, WORD, words } from './words.ts'
