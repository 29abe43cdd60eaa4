// The candidates of a query: the first stage's best of the example, or the user's pasted documents, in their
// order.
import { loadAnalyzer } from '@disranker/lexical'
import type { Example, ExampleDocument } from '../example.ts'
import { type First, type Found, firstStage } from '../first.ts'
import { parseDocuments } from './own-documents.ts'

/** of pasted documents; the server's own limit is higher */
const MOST_OWN = 200

export interface Candidate {
  readonly document: ExampleDocument
  /** of the first stage; undefined if only its order is known */
  readonly score: number | undefined
}

/** Finds candidates in the example, which is loaded when a query needs more than its first part. */
export function exampleCandidates(first: First) {
  let whole: Promise<(query: string) => readonly Found[]> | undefined
  const load = () => {
    whole ??= fetchExample()
      .then(async ({ documents, analyzer }) => {
        await loadAnalyzer(analyzer)
        return firstStage(documents, analyzer)
      })
      .catch((error) => {
        whole = undefined // the next query tries again
        throw error
      })
    return whole
  }
  return {
    /** Starts loading what the next query needs. */
    prepare: () => void load().catch(() => {}),
    async find(query: string): Promise<readonly Candidate[]> {
      const known = query === first.queries[0]?.text ? first.found : (await load())(query)
      if (known.length === 0)
        throw new Error('No document contains a word of this query. Try other words, or your own documents.')
      return known
    },
  }
}

async function fetchExample(): Promise<Example> {
  const response = await fetch('/example.json')
  if (!response.ok) throw new Error(`/example.json: the server answered ${response.status}`)
  return response.json()
}

/** @throws {Error} the text is not a list of documents, with the reason */
export const ownCandidates = (text: string): readonly Candidate[] =>
  parseDocuments(text, MOST_OWN).map((document) => ({ document, score: undefined }))
