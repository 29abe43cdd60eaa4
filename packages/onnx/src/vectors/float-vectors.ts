// Scores of float32 vectors from the stages `features` and `heads`. A train query is scored by heads that did
// not learn from it, so that weights may be chosen on it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, readPseudoQueries } from '@disranker/dataset'
import { readVectors } from '@disranker/ranking'
import { InputError } from '@disranker/stage'
import { readSafetensors } from '@disranker/transformer/safetensors'

export interface FloatVectors {
  /** of queries and documents, [D, D] each; undefined if the encoder has no maps */
  readonly maps: Readonly<Record<'query' | 'document', Float32Array>> | undefined
  /** the cosine of a query's and a document's vector, by their ids */
  cosine(query: string, document: string): number
}

/**
 * @param features, pseudo folders of stages
 * @param heads folder of the stage with the maps; undefined: no maps
 */
export function floatVectors(
  pairs: Pairs,
  { features, heads, pseudo }: { features: string; heads: string | undefined; pseudo: string },
): FloatVectors {
  const raw = readVectors(features, {
    documents: pairs.documents.length,
    queries: pairs.queries.length,
    pseudo: readPseudoQueries(pseudo).length,
  })
  const D = raw.features
  const row = (matrix: Float32Array, at: number) => matrix.subarray(at * D, (at + 1) * D)
  const tensors = heads === undefined ? undefined : readSafetensors(mapsOf(heads))
  const mapOf = (fold: number, side: 'query' | 'document') =>
    tensors?.get(`${fold < 0 ? '' : `fold.${fold}.`}${side}.weight`)?.data
  const folds = tensors?.get('folds')?.data
  const known = new Map<string, Float32Array>()
  const mapped = (side: 'query' | 'document', fold: number, number: number) => {
    const key = `${side} ${fold} ${number}`
    const found = known.get(key)
    if (found !== undefined) return found
    const values = row(side === 'query' ? raw.queries : raw.documents, number)
    const map = mapOf(fold, side)
    const made = unit(map === undefined ? values : times(values, map))
    known.set(key, made)
    return made
  }
  const [query, document] = [mapOf(-1, 'query'), mapOf(-1, 'document')]
  return {
    maps: query && document ? { query, document } : undefined,
    cosine(query, document) {
      const asked = pairs.queries.numberOf(query)
      const fold = folds?.[asked] ?? -1
      const q = mapped('query', fold, asked)
      const d = mapped('document', fold, pairs.documents.numberOf(document))
      let sum = 0
      for (let at = 0; at < D; at++) sum += q[at]! * d[at]!
      return sum
    },
  }
}

/** @throws {InputError} the stage has no maps */
function mapsOf(heads: string): string {
  const file = join(heads, 'heads.safetensors')
  if (existsSync(file)) return file
  throw new InputError(`${file} is missing. Run \`npx turbo run heads --force\` to make it again.`)
}

function times(x: Float32Array, map: Float32Array): Float32Array {
  const D = x.length
  const made = new Float32Array(D)
  for (let row = 0, at = 0; row < D; row++)
    for (let column = 0; column < D; column++) made[column]! += x[row]! * map[at++]!
  return made
}

function unit(x: Float32Array): Float32Array {
  const length = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0)) || 1
  return x.map((value) => value / length)
}
