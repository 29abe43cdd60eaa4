// Encodes texts for an encoder, each separately: the tokens around a text, its prefix, its length. Embeds
// many texts in batches of similar lengths.
import { InputError } from '@disranker/stage'
import { loadTokenizer, type PairTemplate } from '@disranker/tokenizer'
import { packBatch, type TokenBatch } from '@disranker/transformer'
import type * as tf from '@tensorflow/tfjs'

export type TextKind = 'query' | 'document'

export interface TextRow {
  readonly ids: Int32Array
  readonly typeIds: Int32Array
}

export interface TextReading {
  /** maximal tokens of a text, including those around it */
  readonly lengths: Readonly<Record<TextKind, number>>
  /** the prefix of each text, such as "query: " and "passage: " */
  readonly prefixes?: Partial<Readonly<Record<TextKind, string>>> | undefined
}

/**
 * @param folder of the model, for messages
 * @param json tokenizer.json
 * @throws {InputError} when the tokenizer lacks a token of the template, or a length leaves no room for a text
 */
export function createTextRows(
  folder: string,
  json: string,
  { start, end }: Pick<PairTemplate, 'start' | 'end'>,
  { lengths, prefixes = {} }: TextReading,
): (kind: TextKind, text: string) => TextRow {
  const tokenizer = loadTokenizer(json)
  const idsOf = (tokens: readonly string[]) =>
    tokens.map((token) => {
      const id = tokenizer.idOf(token)
      if (id !== undefined) return id
      throw new InputError(
        `${folder}: tokenizer.json has no token ${token}. Copy it again from where the model came from.`,
      )
    })
  const around = [idsOf(start), idsOf(end)] as const
  const taken = around[0].length + around[1].length
  for (const [kind, length] of Object.entries(lengths))
    if (length <= taken)
      throw new InputError(
        `A ${kind} may have ${length} tokens, and the model puts ${taken} around each text: none is left. Raise its length in the recipe.`,
      )
  return (kind, text) => {
    const tokens = tokenizer.encode((prefixes[kind] ?? '') + text).slice(0, lengths[kind] - taken)
    const ids = Int32Array.from([...around[0], ...tokens, ...around[1]])
    return { ids, typeIds: new Int32Array(ids.length) }
  }
}

/**
 * Embeds rows, a batch of similar lengths at a time.
 * @param tokensPerBatch maximal tokens of a batch, with padding to the longest text
 * @param embed [rows, D] of a batch; the tensor is disposed of
 * @returns [rows][D], in the order given
 */
export function embedRows(
  rows: readonly TextRow[],
  tokensPerBatch: number,
  embed: (batch: TokenBatch) => tf.Tensor2D,
): Float32Array[] {
  const order = [...rows.keys()].sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length)
  const made = new Array<Float32Array>(rows.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && (to + 1 - from) * rows[order[to]!]!.ids.length <= tokensPerBatch) to++
    const places = order.slice(from, to)
    // read outside a tidy, which would search all these numbers for tensors
    const embedded = embed(packBatch(places.map((place) => rows[place]!)))
    const values = embedded.dataSync<'float32'>()
    embedded.dispose()
    const D = values.length / places.length
    for (const [row, place] of places.entries()) made[place] = values.slice(row * D, (row + 1) * D)
    from = to
  }
  return made
}
