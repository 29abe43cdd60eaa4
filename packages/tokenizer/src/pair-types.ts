// Which token types are the query's and which the document's: how something that sees ids and types alone tells them apart.
import { MATCHES, SPECIAL_TYPE } from '@disranker/lexical'
import type { Encoding } from './encoding.ts'

export interface PairTypes {
  readonly query: readonly number[]
  /** of title and summary */
  readonly document: readonly number[]
}

/** The types of an encoding; undefined where types do not tell query and document apart. */
export function pairTypes({ form, marks }: Encoding): PairTypes | undefined {
  if (marks !== undefined) {
    const types = Array.from({ length: SPECIAL_TYPE }, (_, type) => type)
    return { query: types.slice(0, MATCHES), document: types.slice(MATCHES) }
  }
  return form === 'bert' ? { query: [0], document: [1] } : undefined
}
