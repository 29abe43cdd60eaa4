// What is published with a document for the form `vectors`: int8 numbers in base64, what one of them is worth, which encoder made
// them, and the words of the document, so that a request does not tokenise it.
import type { DocumentVector, DocumentWords } from '@disranker/reranker'
import { z } from 'zod'

const storedNumbers = z.strictObject({ scale: z.number(), values: z.base64() })
type StoredNumbers = z.infer<typeof storedNumbers>

export const storedVector = z.strictObject({
  /** names the encoder; vectors of another one mean nothing to this one */
  encoder: z.string(),
  ...storedNumbers.shape,
  /** those of documents that were published before there were words are read anew in each request */
  words: z
    .strictObject({ reader: z.string(), stems: z.string(), table: storedNumbers.optional() })
    .optional(),
})
export type StoredVector = z.infer<typeof storedVector>

/** A vector of a named encoder, ready to use. */
export interface NamedVector extends DocumentVector {
  readonly encoder: string
  readonly words?: DocumentWords | undefined
}

export const toStored = ({ words, encoder, ...vector }: NamedVector): StoredVector => ({
  encoder,
  ...packed(vector),
  ...(words && { words: { ...words, table: words.table && packed(words.table) } }),
})

export const fromStored = ({ words, encoder, ...vector }: StoredVector): NamedVector => ({
  encoder,
  ...unpacked(vector),
  ...(words && { words: { ...words, table: words.table && unpacked(words.table) } }),
})

function packed({ values, scale }: DocumentVector): StoredNumbers {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { scale, values: btoa(String.fromCharCode(...bytes)) }
}

function unpacked({ values, scale }: StoredNumbers): DocumentVector {
  const text = atob(values)
  const bytes = new Int8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return { values: bytes, scale }
}
