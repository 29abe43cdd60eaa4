// Encodes texts for a sentence encoder, each separately: its prefix, the tokens around it, its length.
import { charactersFor, type Tokenizer } from '@disranker/tokenizer'
import type { VectorsConfig } from '../bundle.ts'
import { RerankerError } from '../reranker-error.ts'

export type TextKind = 'query' | 'document'

/**
 * A function that returns the ids of a text.
 * @throws {RerankerError} code bundle: the tokenizer lacks a token around a text, or a length leaves no room
 * for one
 */
export function createTextReading(
  tokenizer: Tokenizer,
  { around, lengths, prefixes }: Pick<VectorsConfig, 'around' | 'lengths' | 'prefixes'>,
): (kind: TextKind, text: string) => Int32Array {
  const idsOf = (tokens: readonly string[]) =>
    tokens.map((token) => {
      const id = tokenizer.idOf(token)
      if (id !== undefined) return id
      throw new RerankerError(
        'bundle',
        `encoder-tokenizer.json of the bundle has no token ${token}, which config.json puts around texts. Make the bundle again with \`npx turbo run vectors\`.`,
      )
    })
  const [start, end] = [idsOf(around.start), idsOf(around.end)]
  const taken = start.length + end.length
  // a negative room would cut texts at the wrong end
  for (const kind of ['query', 'document'] as const)
    if (!(lengths[kind] > taken))
      throw new RerankerError(
        'bundle',
        `config.json of the bundle reads ${lengths[kind]} tokens of a ${kind}, and puts ${taken} around each text: none is left. Make the bundle again with \`npx turbo run vectors\`.`,
      )
  return (kind, text) => {
    const room = lengths[kind] - taken
    // text after the last token in use need not be tokenised
    const head = `${prefixes[kind]}${text.slice(0, charactersFor(room))}`
    return Int32Array.of(...start, ...tokenizer.encode(head).slice(0, room), ...end)
  }
}
