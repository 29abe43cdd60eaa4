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
export { createMemory, type Memory } from './memory.ts'
export { type Bm25, createBm25 } from './search/bm25.ts'
export {
  type Allocate,
  createDictionary,
  type Dictionary,
  hashText,
  numberOfWord,
  wordOfNumber,
} from './search/dictionary.ts'
export {
  type Bm25Options,
  createIndexBuilder,
  type IndexBuilder,
  type InvertedIndex,
} from './search/inverted-index.ts'
export { type TopTexts, topTexts } from './search/top-texts.ts'
export {
  type Analyzer,
  type AnalyzerSpec,
  analyzerOf,
  checkAnalyzer,
  loadAnalyzer,
  PORTER,
  type WordPlaces,
} from './words/analyzer.ts'
export { isGram, isPair } from './words/grams.ts'
export { LANGUAGES, type Language } from './words/languages.ts'
export { stem, WORD, words } from './words/words.ts'
