// A row of the table in apps/docs/pages/clients.md: a client or a protocol, its request, and the parser of its answer:
// the client's own, or the schema from the original's source or documentation.
import { EXAMPLE } from '../../served/example-texts.ts'

export const query = EXAMPLE.queries[0]!.text
export const texts: readonly string[] = EXAMPLE.documents
  .slice(0, 6)
  .map(({ title, summary }) => `${title}. ${summary}`)

/** A parsed answer. */
export interface Read {
  /** best first, or in the order of the request where the original has that */
  readonly scores: readonly { readonly index: number; readonly score: number }[]
  /** the documents that came back, in that order; where the request asks for them */
  readonly documents?: readonly unknown[]
  readonly model?: string | undefined
  /** tokens or units, as the reader counts cost */
  readonly billed?: number | undefined
}

/** The error that a client throws. */
export interface Refused {
  readonly status: number
  readonly message: string
}

export interface Conformance {
  /** the client or the protocol, as the table names it */
  readonly client: string
  /** what reads the answers: a package, or the source of a schema */
  readonly readBy: string
  readonly path: string
  /** the fields of the request besides query and documents */
  readonly request: string
  /** whether scores are the model's own in place of relevances */
  readonly raw?: boolean
  /** whether results are in the order of the request */
  readonly inOrder?: boolean
  /** asks with a query; throws what the client throws */
  ask(to: Server, query: string): Promise<Read>
  /** the status and the message that a user of the client sees */
  refused(thrown: unknown): Refused
}

export interface Server {
  readonly url: string
  readonly key: string
  readonly fetch: typeof fetch
}
