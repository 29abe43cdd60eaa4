// The words of a document for the form `vectors`, made once when documents are published: a request by ids
// then tokenises only its query.
import { readStaticSum } from '@disranker/fused-encoder'
import type { PairEncoder } from '@disranker/tokenizer'
import type { OpenedBundle } from '../bundle.ts'
import { type RerankDocument, titled } from '../reading/reading.ts'
import { RerankerError } from '../reranker-error.ts'
import { sha256 } from '../sha256.ts'
import { type DocumentVector, roundVector } from './document-vector.ts'

/** The words of a document for its score. */
export interface DocumentWords {
  /** identifies their source: the tokenizer, the analyzer, the table */
  readonly reader: string
  /** stems of title and summary in their order, with spaces between: JSON is read twice as fast without line breaks */
  readonly stems: string
  /** the direction of its sum in the table of words; undefined if the score uses no table */
  readonly table?: DocumentVector | undefined
}

export interface WordsReader {
  readonly reader: string
  read(document: RerankDocument): DocumentWords
  /** The two terms of a score that use words. */
  open(query: string): (words: DocumentWords) => { readonly overlap: number; readonly cosine: number }
}

/** how stems are written */
const STEMS = 'with spaces'

/**
 * @param encoder of the bundle's network
 * @param mostOf tokens that are read of a document's summary
 * @param counted the terms that the score uses
 * @throws {RerankerError} code bundle: the score uses the table, and there is none
 */
export async function createWordsReader(
  { manifest, config, model, data }: OpenedBundle,
  encoder: PairEncoder,
  mostOf: (document: RerankDocument) => number,
  counted: { readonly lexical: boolean; readonly table: boolean },
): Promise<WordsReader> {
  const sum = counted.table ? readStaticSum(model, data) : undefined
  if (counted.table && sum === undefined)
    throw new RerankerError(
      'bundle',
      'config.json of the bundle counts the table of words in the score of vectors, and the model of the bundle has none. Make it again with `npx turbo run vectors`.',
    )
  const files = ['tokenizer.json', ...(counted.table ? ['model.onnx', 'model.onnx.data'] : [])]
  const { marks, ...encoding } = config.disranker.encoding
  const about = [
    STEMS,
    files.map((name) => manifest.files[name]!.sha256),
    encoding,
    marks !== undefined,
    counted,
  ]
  const reader = (await sha256(new TextEncoder().encode(JSON.stringify(about)))).slice(0, 12)
  const direction = (side: 'query' | 'document', query: string, document: RerankDocument) => {
    const { ids, typeIds } = encoder.encode(query, titled(document), mostOf(document))
    return unit(sum!(side, ids, typeIds))
  }
  return {
    reader,
    read: (document) => ({
      reader,
      stems: counted.lexical ? encoder.stems(titled(document), mostOf(document)).join(' ') : '',
      // without a query, which would leave less room for a long text
      table: sum && roundVector(direction('document', '', document)),
    }),
    open(query) {
      const asked = sum && direction('query', query, '')
      return ({ stems, table }) => ({
        overlap: counted.lexical && stems !== '' ? encoder.overlap(query, stems) : 0,
        cosine: asked && table ? cosine(asked, table) : 0,
      })
    },
  }
}

/** The dot product of a unit vector and a rounded one. */
export function cosine(unit: ArrayLike<number>, { values, scale }: DocumentVector): number {
  let dot = 0
  for (let at = 0; at < values.length; at++) dot += unit[at]! * values[at]!
  return scale * dot
}

function unit(x: Float64Array): Float64Array {
  const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
  return length === 0 ? x : x.map((value) => value / length)
}
