// Scores as a server computes them: by the reranker, from the bundle.
import { type Bundle, loadReranker, type TitledDocument } from '@disranker/reranker'

export interface ServedQuestion {
  readonly query: string
  readonly documents: readonly TitledDocument[]
}

export interface ServedScores {
  /** one score for each document, in their order */
  ask(question: ServedQuestion): Promise<Float32Array>
  close(): Promise<void>
}

// no other request waits, so batches need no pause
const turn = async () => {}

/** @throws {RerankerError} when the bundle is damaged or does not load */
export async function openServed(bundle: Bundle): Promise<ServedScores> {
  const reranker = await loadReranker(bundle)
  return {
    ask: ({ query, documents }) => reranker.score(query, documents, { turn }),
    close: async () => reranker.dispose(),
  }
}
