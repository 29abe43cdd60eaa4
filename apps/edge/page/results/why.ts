// Explains a document's position: the parts of its score as bars, and the words that match.
import type { Explanation } from '@disranker/reranker'

const NAMES: Readonly<Record<string, string>> = {
  network: 'network',
  lexical: 'words in common (BM25)',
  table: 'word table',
  vector: 'document vector',
}

/**
 * @param explain called once, when the details are opened
 * @param tells whether a word is worth naming: a word in most documents is not
 */
export function whyOf(
  explain: () => Promise<Explanation | undefined>,
  tells: (word: string) => boolean,
): {
  readonly element: HTMLElement
  open(): void
} {
  const element = document.createElement('div')
  element.className = 'why'
  let asked = false
  return {
    element,
    open() {
      if (asked) return
      asked = true
      element.textContent = 'Why\u2026'
      explain().then(
        (found) => element.replaceChildren(...(found === undefined ? [] : partsOf(found, tells))),
        (error: unknown) => {
          asked = false // the next opening requests it again
          element.textContent = `The explanation failed: ${error instanceof Error ? error.message : error}`
        },
      )
    },
  }
}

function partsOf(
  { score, parts, matched_words }: Explanation,
  tells: (word: string) => boolean,
): HTMLElement[] {
  const words = matched_words.filter(tells)
  const most = Math.max(...parts.map((part) => Math.abs(part.score)), 1e-9)
  const list = document.createElement('dl')
  for (const part of parts) {
    const bar = document.createElement('span')
    bar.className = part.score < 0 ? 'bar minus' : 'bar'
    // by the object model: the policy allows no style attribute
    bar.style.width = `${(100 * Math.abs(part.score)) / most}%`
    const value = made('dd', signed(part.score))
    value.append(bar)
    list.append(made('dt', NAMES[part.name] ?? part.name), value)
  }
  list.append(made('dt', 'score'), made('dd', signed(score)))
  const said =
    words.length === 0 ? 'No distinctive word of the query matches.' : `Words in common: ${words.join(', ')}.`
  return [list, made('p', said)]
}

function made(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

const signed = (value: number) => (value < 0 ? `\u2212${(-value).toFixed(2)}` : `+${value.toFixed(2)}`)
