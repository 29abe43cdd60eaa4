// A text by its tokens: its beginning, its end, or all of it in overlapping pieces. Cuts fall between words; a word that
// is longer than a piece (or a text in a script without spaces) is cut between characters.
import type { Tokenizer } from '@disranker/tokenizer'

export interface TextPieces {
  /** the longest beginning of at most `most` tokens */
  head(text: string, most: number): string
  /** the longest end of at most `most` tokens */
  tail(text: string, most: number): string
  /**
   * All of a text as pieces of at most `most` tokens, each beginning a quarter of a piece before the last one's end.
   * @param pieces how many at most: what lies behind is left out
   */
  split(text: string, most: number, pieces: number): string[]
}

/** characters of a token at most, on average: what lies behind cannot be within the first tokens */
const TOKEN_CHARACTERS = 64
const OVERLAP = 1 / 4

interface Word {
  readonly start: number
  readonly end: number
  readonly tokens: number
}

/** @param tokenizer of the model that reads the pieces */
export function createTextPieces(tokenizer: Tokenizer): TextPieces {
  /** words of at most `most` tokens each, with their places in the text */
  function wordsOf(text: string, most: number): Word[] {
    const found: Word[] = []
    const put = (start: number, end: number) => {
      const tokens = tokenizer.encode(text.slice(start, end)).length
      if (tokens <= most || end - start < 2) return found.push({ start, end, tokens })
      let middle = (start + end) >> 1
      if (/[\udc00-\udfff]/.test(text[middle]!) && middle > start + 1) middle--
      put(start, middle)
      return put(middle, end)
    }
    for (const word of text.matchAll(/\S+/g)) put(word.index, word.index + word[0].length)
    return found
  }

  /** index of the first word from `from` on that does not fit any more */
  function fitting(words: readonly Word[], from: number, most: number): number {
    let tokens = 0
    let to = from
    while (to < words.length && tokens + words[to]!.tokens <= most) tokens += words[to++]!.tokens
    return to
  }

  return {
    head(text, most) {
      const beginning = text.slice(0, most * TOKEN_CHARACTERS)
      const words = wordsOf(beginning, Math.max(1, most))
      const to = fitting(words, 0, most)
      return to === words.length ? beginning : text.slice(0, words[to - 1]?.end ?? 0)
    },
    tail(text, most) {
      if (most < 1) return ''
      const words = wordsOf(text.slice(-most * TOKEN_CHARACTERS), Math.max(1, most)).reverse()
      const to = fitting(words, 0, most)
      const offset = Math.max(0, text.length - most * TOKEN_CHARACTERS)
      return to === 0 ? '' : text.slice(offset + words[to - 1]!.start)
    },
    split(text, most, pieces) {
      const beginning = text.slice(0, pieces * most * TOKEN_CHARACTERS)
      const words = wordsOf(beginning, most)
      const found: string[] = []
      for (let from = 0; found.length < pieces && from < words.length; ) {
        const to = Math.max(from + 1, fitting(words, from, most))
        found.push(beginning.slice(words[from]!.start, words[to - 1]!.end))
        if (to === words.length) break
        // back by whole words while they make no more than the overlap; always at least one word on
        let back = to
        let tokens = 0
        while (back - 1 > from && tokens + words[back - 1]!.tokens <= most * OVERLAP)
          tokens += words[--back]!.tokens
        from = back
      }
      return found.length === 0 ? [''] : found
    },
  }
}
