// What a request of any of the APIs asks: one query, its documents, and the model.

export interface Prompt {
  readonly system?: string
  /** with {query} and {document} where they go */
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
  /** whether probabilities are wanted, where the server can give logits too */
  readonly probabilities?: boolean | undefined
}
