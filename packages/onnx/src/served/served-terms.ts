// The terms that a student's score adds to its network when it is served, with rows in int8: their values
// before the weights.
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { createStaticScore, type StaticBiEncoder } from '@disranker/transformer'
import type { StudentConfig } from '../convert.ts'
import { roundedTable } from '../graph/rounded-table.ts'

export interface ServedModel {
  readonly config: StudentConfig
  readonly tokenizer: string
  readonly staticBiEncoder?: StaticBiEncoder | undefined
}

export interface ServedTerms {
  readonly weights: { readonly lexical: number; readonly staticTerm: number }
  of(
    query: string,
    document: { readonly title: string; readonly summary: string },
  ): { readonly lexical: number; readonly staticTerm: number }
}

export function servedTerms({ config, tokenizer, staticBiEncoder }: ServedModel): ServedTerms {
  const { encoding, score } = config.disranker as {
    encoding: Encoding
    score?: { lexicalWeight?: number; wideWeight?: number }
  }
  const { lexicalWeight = 0, wideWeight = 0 } = score ?? {}
  const staticScore =
    staticBiEncoder && createStaticScore({ ...staticBiEncoder, table: roundedTable(staticBiEncoder) })
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  return {
    weights: { lexical: lexicalWeight, staticTerm: wideWeight },
    of(query, document) {
      const pair = encoder.encode(query, document)
      return { lexical: pair.overlap, staticTerm: staticScore?.(pair) ?? 0 }
    },
  }
}
