// Both lists of a query, ranked when the query is opened. In a blind comparison a hash of the query decides which list is on the left,
// so that it stays the same.
import { createHash } from 'node:crypto'
import type { Pairs } from '@disranker/dataset'
import { createBm25 } from '@disranker/lexical'
import type { Candidate, Side } from './open-side.ts'
import type { AskedQuery } from './read-queries.ts'

/** documents of a list that are shown */
const SHOWN = 10
/** candidates that a bundle ranks: as many as on the served page */
const DEPTH = 50

export interface ShownList {
  /** its number: 0 or 1 */
  readonly side: 0 | 1
  readonly documents: readonly Candidate[]
}

export interface Lists {
  /** the left one, then the right one */
  of(query: AskedQuery): Promise<readonly [ShownList, ShownList]>
}

export function createLists(
  pairs: Pick<Pairs, 'documents' | 'analyzer' | 'firstStage'>,
  sides: readonly [Side, Side],
  blind: boolean,
): Lists {
  const known = new Map<string, Promise<readonly [ShownList, ShownList]>>()
  const first = pairs.firstStage('test')
  let search: ((text: string) => string[]) | undefined
  const document = (id: string): Candidate => {
    const { title = '', summary = '' } = pairs.documents.get(id) ?? {}
    return { id, title, summary }
  }

  function candidatesOf({ id, text }: AskedQuery): Candidate[] {
    const found = first.get(id)
    if (found !== undefined) return found.slice(0, DEPTH).map((row) => document(row.document))
    search ??= indexOf(pairs)
    return search(text).map(document)
  }

  async function lists(query: AskedQuery): Promise<readonly [ShownList, ShownList]> {
    const candidates = sides.some(({ live }) => live) ? candidatesOf(query) : []
    const shown = async (side: 0 | 1): Promise<ShownList> => {
      const order = await sides[side].rank(query, candidates)
      return { side, documents: order.slice(0, SHOWN).map(document) }
    }
    const [a, b] = [await shown(0), await shown(1)]
    return blind && isSwapped(query.id) ? [b, a] : [a, b]
  }

  return {
    of(query) {
      const found = known.get(query.id) ?? lists(query)
      known.set(query.id, found)
      return found
    },
  }
}

/** A first stage over all documents, for queries that the first stage has not ranked. */
function indexOf({ documents, analyzer }: Pick<Pairs, 'documents' | 'analyzer'>): (text: string) => string[] {
  const ids: string[] = []
  function* texts() {
    for (const { id, title, summary } of documents) {
      ids.push(id)
      yield `${title} ${summary}`
    }
  }
  const bm25 = createBm25(texts(), { analyzer })
  return (text) => bm25.search(text, DEPTH).map(({ index }) => ids[index]!)
}

const isSwapped = (id: string) => createHash('sha256').update(`left or right ${id}`).digest()[0]! % 2 === 1
