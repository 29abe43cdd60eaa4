// Finds the words of a query in a text, with the model's definition of words: by the stems of the corpus.
// Words in most documents of the list say nothing about any of them, and are not marked.
import { type Analyzer, type AnalyzerSpec, analyzerOf } from '@disranker/lexical'

export interface TextPart {
  readonly text: string
  readonly matched: boolean
}

/** share of the listed documents from which on a word is too common to be marked */
const COMMON = 1 / 3
/** minimal number of documents for that share to be meaningful */
const LEAST = 5
/** a word and the text between words; scripts without spaces give runs, which are marked as a whole */
const WORDS = /[\p{L}\p{N}\p{M}]+/gu

/**
 * @param texts of the listed documents
 * @returns parts for each text; together they are the text
 */
export function createMarker(
  query: string,
  texts: readonly string[],
  spec: AnalyzerSpec | undefined,
): (text: string) => readonly TextPart[] {
  const analyzer = analyzerOf(spec)
  const wanted = stemsOf(analyzer, query)
  if (texts.length >= LEAST) for (const stem of commonOf(analyzer, wanted, texts)) wanted.delete(stem)
  const matches = (word: string) => [...stemsOf(analyzer, word)].some((stem) => wanted.has(stem))
  return (text) => {
    const parts: TextPart[] = []
    let end = 0
    for (const { 0: word, index } of text.matchAll(WORDS)) {
      if (!matches(word)) continue
      if (index > end) parts.push({ text: text.slice(end, index), matched: false })
      parts.push({ text: word, matched: true })
      end = index + word.length
    }
    if (end < text.length) parts.push({ text: text.slice(end), matched: false })
    return parts
  }
}

const stemsOf = (analyzer: Analyzer, text: string) =>
  new Set(analyzer.words(text).map((word) => analyzer.stem(word)))

function commonOf(analyzer: Analyzer, wanted: ReadonlySet<string>, texts: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const text of texts)
    for (const stem of stemsOf(analyzer, text))
      if (wanted.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > COMMON * texts.length).map(([stem]) => stem)
}
