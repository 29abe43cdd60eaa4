// The content of a request to any of the APIs: one query, its documents, and the model.

export interface Prompt {
  readonly system?: string
  /** with {query} and {document} as placeholders */
  readonly user: string
  /** words that the first token may begin with, in any case: ['yes'], ['no'] */
  readonly yes: readonly string[]
  readonly no: readonly string[]
}

export interface ServedRequest {
  readonly query: string
  readonly documents: readonly string[]
}

export interface ApiOptions {
  readonly model?: string | undefined
  readonly prompt?: Prompt | undefined
  /** whether probabilities are wanted, if the server can also give logits */
  readonly probabilities?: boolean | undefined
}
