export { type Bm25, type Bm25Options, createBm25 } from './bm25.ts'
export { stem, words } from './words.ts'
