// The token types of the query and of the document, for code that sees only ids and types.
import { MATCHES, SPECIAL_TYPE } from '@disranker/lexical'
import type { Encoding } from '../encoding.ts'

export interface PairTypes {
  readonly query: readonly number[]
  /** of title and summary */
  readonly document: readonly number[]
}

/** The types of an encoding; undefined if types do not distinguish query and document. */
export function pairTypes({ form, marks }: Encoding): PairTypes | undefined {
  if (marks !== undefined) {
    const types = Array.from({ length: SPECIAL_TYPE }, (_, type) => type)
    return { query: types.slice(0, MATCHES), document: types.slice(MATCHES) }
  }
  return form === 'bert' ? { query: [0], document: [1] } : undefined
}
