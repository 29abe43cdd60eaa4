// The vector of a document as it is published: int8 numbers in base64, what one of them is worth, and which encoder made it.
import type { DocumentVector } from '@disranker/reranker'
import { z } from 'zod'

export const storedVector = z.strictObject({
  /** names the encoder; vectors of another one mean nothing to this one */
  encoder: z.string(),
  scale: z.number(),
  values: z.base64(),
})
export type StoredVector = z.infer<typeof storedVector>

/** A vector of a named encoder, ready to use. */
export interface NamedVector extends DocumentVector {
  readonly encoder: string
}

export function toStored({ values, scale }: DocumentVector, encoder: string): StoredVector {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { encoder, scale, values: btoa(String.fromCharCode(...bytes)) }
}

export function fromStored({ values, scale, encoder }: StoredVector): NamedVector {
  const text = atob(values)
  const bytes = new Int8Array(text.length)
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
  return { values: bytes, scale, encoder }
}
