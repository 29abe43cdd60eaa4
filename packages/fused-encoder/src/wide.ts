// The wide channel that is added to the network, as the graph of packages/onnx/src/wide-term.ts has it: the cosine between the sum of
// the query's rows and that of the document's. A text has some thousand multiply-adds of it, so it is plain JavaScript.

export interface WideWeights {
  readonly features: number
  /** [vocabulary, features], `row * scale` */
  readonly rows: Int8Array
  /** [vocabulary] */
  readonly scales: Float32Array
  /** [types, 2]: whether a type is the query's, the document's */
  readonly sides: Float32Array
  readonly weight: number
}

const LEAST = 1e-12

/** A function that gives what the channel adds to a text's logit; ids and types must be ones that the model has. */
export function createWide({ features: F, rows, scales, sides, weight }: WideWeights) {
  const [query, document] = [new Float64Array(F), new Float64Array(F)]
  const add = (to: Float64Array, id: number) => {
    const from = id * F
    const scale = scales[id]!
    for (let at = 0; at < F; at++) to[at]! += rows[from + at]! * scale
  }
  return (ids: ArrayLike<number>, typeIds: ArrayLike<number>): number => {
    query.fill(0)
    document.fill(0)
    for (let token = 0; token < ids.length; token++) {
      const type = 2 * typeIds[token]!
      if (sides[type] === 1) add(query, ids[token]!)
      if (sides[type + 1] === 1) add(document, ids[token]!)
    }
    let [qq, qd, dd] = [0, 0, 0]
    for (let at = 0; at < F; at++) {
      const [q, d] = [query[at]!, document[at]!]
      qq += q * q
      qd += q * d
      dd += d * d
    }
    return (weight * qd) / Math.max(Math.sqrt(qq * dd), LEAST)
  }
}
