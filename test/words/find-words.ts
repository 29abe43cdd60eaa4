// The words that every analyzer finds: bundled for each runtime and run there.
import { analyzerOf, LANGUAGES, loadAnalyzer } from '@disranker/lexical'

/** FNV-1a of all words and stems of the texts, by analyzer; and of the words that the runtime's own segmenter finds. */
export async function findWords(texts: readonly string[]): Promise<Record<string, number>> {
  await loadAnalyzer({ name: 'fr' })
  const found: Record<string, number> = {}
  for (const name of ['porter', 'any', ...Object.keys(LANGUAGES)]) {
    const { words, stem } = analyzerOf({ name })
    found[name] = digest(texts, (text) => words(text).map((word) => `${word}:${stem(word)}`))
  }
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' })
  found[SEGMENTER] = digest(texts, (text) => Array.from(segmenter.segment(text), ({ segment }) => segment))
  return found
}

export const SEGMENTER = 'Intl.Segmenter'

function digest(texts: readonly string[], list: (text: string) => readonly string[]): number {
  let hash = 0x811c9dc5
  for (const text of texts) {
    const line = `${list(text).join(' ')}\n`
    for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}
