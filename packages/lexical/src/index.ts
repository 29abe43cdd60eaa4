export {
  type Analyzer,
  type AnalyzerSpec,
  analyzerOf,
  checkAnalyzer,
  loadAnalyzer,
  PORTER,
  type WordPlaces,
} from './analyzer.ts'
export { type Bm25, createBm25 } from './bm25.ts'
export {
  type Allocate,
  createDictionary,
  type Dictionary,
  hashText,
  numberOfWord,
  wordOfNumber,
} from './dictionary.ts'
export {
  checkExactMatch,
  type ExactMatch,
  type ExactMatchOptions,
  fitExactMatch,
  MARKED_TYPES,
  MATCHES,
  matchOf,
  OVERLAP_TYPE,
  overlapOf,
  SPECIAL_TYPE,
} from './exact-match.ts'
export { isGram, isPair } from './grams.ts'
export {
  type Bm25Options,
  createIndexBuilder,
  type IndexBuilder,
  type InvertedIndex,
} from './inverted-index.ts'
export { LANGUAGES, type Language } from './languages.ts'
export { createMemory, type Memory } from './memory.ts'
export { type TopTexts, topTexts } from './top-texts.ts'
export { stem, WORD, words } from './words.ts'
