// Defines the words of a text, by name. The name is stored with an index and in a model's config.json, so
// that both sides find the same words. The meaning of a name never changes: other words get another name.
import { stemmer as porter } from 'stemmer'
import { loadStemmers, stemmerOf } from '#stemmers'
import { createMemory } from '../memory.ts'
import { fold, placeWords, wordsOf } from './analyzed-words.ts'
import { GRAM_WEIGHT, isGram } from './grams.ts'
import { LANGUAGES } from './languages.ts'
import { stem, words } from './words.ts'

/** plain data, for files and threads */
export interface AnalyzerSpec {
  /**
   * a language's code (ISO 639-1); any: words of all languages, without stems; porter: letters, digits,
   * English stems
   */
  readonly name: string
  /** words that are left out */
  readonly stopWords?: readonly string[]
  /** groups of words with the same meaning */
  readonly synonyms?: readonly (readonly string[])[]
}

export interface Analyzer {
  readonly spec: AnalyzerSpec
  /** the words of a text, in order */
  words(text: string): string[]
  /** the form in which a word is compared: its stem or synonym */
  stem(word: string): string
  /** The weight of a stem in a score, 1 for a word. */
  weight(stem: string): number
  /** offsets of words; porter has none, because its words come from single chunks of text */
  readonly places?: WordPlaces
}

export interface WordPlaces {
  /** The form of a text in which words are found. */
  fold(text: string): string
  /** The words of a folded text with their offsets; for a name of several words both are the same. */
  find(folded: string, take: (word: string, start: number, end: number) => void): void
}

const NAMES = ['porter', 'any', ...Object.keys(LANGUAGES)]

/** The default analyzer: all models were made with it before analyzers had names. */
export const PORTER: Analyzer = {
  spec: { name: 'porter' },
  words,
  stem,
  weight: () => 1,
}

/** @throws {RangeError} for an unknown name, or invalid lists */
export function checkAnalyzer({ name, stopWords = [], synonyms = [] }: AnalyzerSpec): void {
  if (!NAMES.includes(name))
    throw new RangeError(
      `analyzer.name is ${JSON.stringify(name)}, which this version does not know. Wanted: ${NAMES.join(', ')}. Install the version that the index or the model was made with, or a later one.`,
    )
  const isList = (list: unknown) => Array.isArray(list) && list.every((word) => typeof word === 'string')
  if (!isList(stopWords)) throw new RangeError('analyzer.stopWords is no list of words.')
  if (!(Array.isArray(synonyms) && synonyms.every(isList)))
    throw new RangeError('analyzer.synonyms is no list of lists of words.')
  const extra = stopWords.length + synonyms.length
  if (name === 'porter' && extra > 0)
    throw new RangeError(
      'analyzer "porter" has no stop words and no synonyms. Use "en", which has the same stems.',
    )
}

const known = new WeakMap<AnalyzerSpec, Analyzer>()

/**
 * The analyzer of a specification; the same object for the same specification.
 * @throws {RangeError} when the specification is invalid
 * @throws {Error} in a browser, when its stemmer is not loaded: wait for `loadAnalyzer`
 */
export function analyzerOf(spec: AnalyzerSpec | undefined): Analyzer {
  if (spec === undefined) return PORTER
  const found = known.get(spec)
  if (found !== undefined) return found
  checkAnalyzer(spec)
  const made = spec.name === 'porter' ? PORTER : create(spec)
  known.set(spec, made)
  return made
}

/**
 * The same, after loading what it needs: browsers load stemmers on demand.
 * @throws {RangeError} when the specification is invalid
 */
export async function loadAnalyzer(spec: AnalyzerSpec | undefined): Promise<Analyzer> {
  if (spec !== undefined) {
    checkAnalyzer(spec)
    if (needsStemmer(spec.name)) await loadStemmers()
  }
  return analyzerOf(spec)
}

const needsStemmer = (name: string) => name !== 'en' && LANGUAGES[name]?.stems === true

/** characters of words with cached stems */
const REMEMBERED = 500_000

function create(spec: AnalyzerSpec): Analyzer {
  const { name, stopWords = [], synonyms = [] } = spec
  const turkish = name === 'tr'
  const rootOf = name === 'en' ? porter : needsStemmer(name) ? stemmerOf(name) : undefined
  const ordinary = (word: string) => (rootOf === undefined || isGram(word) ? word : rootOf(word))
  const heads = headsOf(synonyms, turkish, ordinary)
  const left = new Set(stopWords.flatMap((word) => wordsOf(word, turkish)))
  const stems = createMemory<string>(REMEMBERED)
  return {
    spec,
    words:
      left.size === 0
        ? (text) => wordsOf(text, turkish)
        : (text) => wordsOf(text, turkish).filter((word) => !left.has(word)),
    stem(word) {
      const remembered = stems.get(word)
      if (remembered !== undefined) return remembered
      const root = ordinary(word)
      const fresh = heads.get(root) ?? root
      stems.set(word, fresh)
      return fresh
    },
    weight: (stem) => (isGram(stem) ? GRAM_WEIGHT : 1),
    places: {
      fold: (text) => fold(text, turkish),
      find: (folded, take) =>
        placeWords(folded, (word, start, end) => {
          if (!left.has(word)) take(word, start, end)
        }),
    },
  }
}

/**
 * Maps the stem of each word of a group to the stem of the first. @throws {RangeError} for an entry that is
 * not one word
 */
function headsOf(
  synonyms: readonly (readonly string[])[],
  turkish: boolean,
  stem: (word: string) => string,
): Map<string, string> {
  const heads = new Map<string, string>()
  for (const group of synonyms) {
    const stems = group.map((text) => {
      const found = wordsOf(text, turkish)
      // a name of several words follows them
      const whole = found.at(-1)
      if (whole !== undefined && (found.length === 1 || whole === fold(text, turkish).trim()))
        return stem(whole)
      throw new RangeError(
        `The synonym ${JSON.stringify(text)} is ${found.length} words; wanted one word, as this analyzer sees it.`,
      )
    })
    // a word in two groups joins them
    const head = stems.map((root) => heads.get(root)).find((known) => known !== undefined) ?? stems[0]
    if (head === undefined) continue
    const joined = new Set(stems.flatMap((root) => heads.get(root) ?? []))
    for (const [root, other] of heads) if (joined.has(other)) heads.set(root, head)
    for (const root of stems) heads.set(root, head)
  }
  return heads
}
