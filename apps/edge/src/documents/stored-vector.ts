// The stored data of a document for the form `vectors`: int8 numbers in base64, their scale, the encoder that
// made them, and the words of the document, so that a request does not tokenise it.
import type { DocumentVector, DocumentWords } from '@disranker/reranker'
import { z } from 'zod'

const storedNumbers = z.strictObject({ scale: z.number(), values: z.base64() })
type StoredNumbers = z.infer<typeof storedNumbers>

export const storedVector = z.strictObject({
  /** identifies the encoder, because vectors of another one cannot be used */
  encoder: z.string(),
  ...storedNumbers.shape,
  /** documents that were published before words were stored are tokenised in each request */
  words: z
    .strictObject({ reader: z.string(), stems: z.string(), table: storedNumbers.optional() })
    .optional(),
})
export type StoredVector = z.infer<typeof storedVector>

/** A vector of an identified encoder, ready to use. */
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
