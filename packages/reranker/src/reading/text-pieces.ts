// Cuts a text by its tokens: its beginning, its end, or all of it in overlapping pieces. Cuts are between
// words; a word that is longer than a piece (or a text in a script without spaces) is cut between characters.
// A text is read only as far as the requested tokens need.
import { charactersFor, type Tokenizer } from '@disranker/tokenizer'

export interface TextPieces {
  /** tokens of a text; counting stops a little above `most` */
  count(text: string, most: number): number
  /** the longest beginning of at most `most` tokens */
  head(text: string, most: number): string
  /** the longest end of at most `most` tokens */
  tail(text: string, most: number): string
  /** All of a text as pieces of at most `most` tokens, each beginning a quarter of a piece before the last one's end. */
  split(text: string, most: number): Iterable<string>
}

const OVERLAP = 1 / 4
/** characters of a word that are tokenised at a time */
const LONGEST = 200

interface Word {
  readonly start: number
  readonly end: number
  readonly tokens: number
}

/** @param tokenizer of the model that reads the pieces */
export function createTextPieces(tokenizer: Tokenizer): TextPieces {
  /** words, and parts of long ones, of at most `most` tokens each, with their offsets in the text */
  function* wordsOf(text: string, most: number): Generator<Word> {
    for (const { index, 0: word } of text.matchAll(/\S+/g))
      for (let start = index; start < index + word.length; ) {
        let end = Math.min(start + LONGEST, index + word.length)
        if (end < index + word.length) end = between(text, start, end)
        yield* put(text, start, end, most)
        start = end
      }
  }

  function* put(text: string, start: number, end: number, most: number): Generator<Word> {
    const tokens = tokenizer.encode(text.slice(start, end)).length
    if (tokens <= most || end - start < 2) return yield { start, end, tokens }
    const middle = between(text, start, (start + end) >> 1)
    yield* put(text, start, middle, most)
    if (middle < end) yield* put(text, middle, end, most)
  }

  /** the offset up to which the words from the first on have at most `most` tokens together */
  function endOf(text: string, most: number): number {
    let [end, tokens] = [0, 0]
    for (const word of wordsOf(text, Math.max(1, most))) {
      tokens += word.tokens
      if (tokens > most) return end
      end = word.end
    }
    return text.length
  }

  return {
    count(text, most) {
      let tokens = 0
      for (const word of wordsOf(text, LONGEST)) {
        tokens += word.tokens
        if (tokens > most) break
      }
      return tokens
    },
    head: (text, most) => text.slice(0, endOf(text, most)),
    tail(text, most) {
      if (most < 1) return ''
      const offset = Math.max(0, text.length - charactersFor(most))
      let [start, tokens] = [text.length, 0]
      for (const word of [...wordsOf(text.slice(offset), most)].reverse()) {
        tokens += word.tokens
        if (tokens > most) return text.slice(start)
        start = offset + word.start
      }
      return text.slice(offset)
    },
    *split(text, most) {
      let held: Word[] = []
      let tokens = 0
      const piece = () => text.slice(held[0]!.start, held.at(-1)!.end)
      for (const word of wordsOf(text, most)) {
        if (held.length > 0 && tokens + word.tokens > most) {
          yield piece()
          ;({ held, tokens } = overlapOf(held, Math.min(most * OVERLAP, most - word.tokens)))
        }
        held.push(word)
        tokens += word.tokens
      }
      yield held.length === 0 ? '' : piece()
    },
  }
}

/** the last words with at most `most` tokens together, without at least the first word */
function overlapOf(words: readonly Word[], most: number): { held: Word[]; tokens: number } {
  let [from, tokens] = [words.length, 0]
  while (from > 1 && tokens + words[from - 1]!.tokens <= most) tokens += words[--from]!.tokens
  return { held: words.slice(from), tokens }
}

/** `at`, or one before if it would split a surrogate pair */
const between = (text: string, start: number, at: number) =>
  at - 1 > start && /[\udc00-\udfff]/.test(text[at]!) ? at - 1 : at
