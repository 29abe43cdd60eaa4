// A static bi-encoder that is added to a ranker: one row of features for every token; the score is the cosine
// between the sum of the query's rows and that of the document's. It reads the network's token ids and finds
// the two sides by token types.
//   score(q, d) = cos(sum_i E[q_i], sum_j E[d_j])
// It is stored in the model's folder as wide.safetensors, which other programs ignore, and under "disranker.wide" of config.json.
// Servers of a bundle compute the same from int8 rows (packages/onnx, packages/fused-encoder).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, writeWholeFile } from '@disranker/stage'
import { openSafetensors, safetensorsParts } from './tensors/safetensors.ts'

/** Its entry in config.json. */
export interface StaticBiEncoderConfig {
  readonly features: number
  /** token types of the query, and of the document; other types are ignored */
  readonly types: { readonly query: readonly number[]; readonly document: readonly number[] }
}

export interface StaticBiEncoder extends StaticBiEncoderConfig {
  /** [vocabulary, features]; special tokens have rows of 0 */
  readonly table: Float32Array
}

/** `model_type` of the config.json of a student without a network: its static bi-encoder ranks, with the lexical overlap */
export const STATIC_ONLY = 'static'

const FILE = 'wide.safetensors'
export const STATIC_TABLE = 'wide.embeddings.weight'

/**
 * Returns a function that scores encoded pairs: a cosine, 0 if a side has no token with a row.
 * @throws {InputError} from that function, when an id is not in the table
 */
export function createStaticScore({
  features,
  types,
  table,
}: StaticBiEncoder): (pair: {
  readonly ids: ArrayLike<number>
  readonly typeIds: ArrayLike<number>
}) => number {
  const side = new Map([
    ...types.query.map((type) => [type, 0] as const),
    ...types.document.map((type) => [type, 1] as const),
  ])
  return ({ ids, typeIds }) => {
    const sums: readonly Float64Array[] = [new Float64Array(features), new Float64Array(features)]
    for (let token = 0; token < ids.length; token++) {
      const sum = sums[side.get(typeIds[token]!) ?? 2]
      if (sum === undefined) continue
      const row = ids[token]! * features
      if (!(row >= 0 && row < table.length))
        throw new InputError(
          `Token ${token} is ${ids[token]}; the static bi-encoder has ${table.length / features} rows. Use the tokenizer of the same folder.`,
        )
      for (let at = 0; at < features; at++) sum[at]! += table[row + at]!
    }
    let [dot, query, document] = [0, 0, 0]
    for (let at = 0; at < features; at++) {
      const [q, d] = [sums[0]![at]!, sums[1]![at]!]
      dot += q * d
      query += q * q
      document += d * d
    }
    return dot / Math.max(Math.sqrt(query * document), STATIC_LEAST)
  }
}

/** a side without a row has length 0 */
export const STATIC_LEAST = 1e-12

/** Writes `wide.safetensors` into a folder; the caller writes config.json. */
export function writeStaticBiEncoder(folder: string, { features, table }: StaticBiEncoder): void {
  const tensor = { shape: [table.length / features, features], data: table }
  writeWholeFile(join(folder, FILE), safetensorsParts(new Map([[STATIC_TABLE, tensor]])))
}

/**
 * The static bi-encoder of a model's folder; undefined when its config.json names none.
 * @throws {InputError} when the file is missing or of another shape
 */
export function readStaticBiEncoder(
  folder: string,
  { disranker }: { readonly disranker?: unknown },
): StaticBiEncoder | undefined {
  const { wide } = (disranker ?? {}) as { wide?: StaticBiEncoderConfig }
  if (wide === undefined) return undefined
  const path = join(folder, FILE)
  if (!existsSync(path))
    throw new InputError(
      `${folder} has no ${FILE}, which its config.json asks for (disranker.wide). Copy it from where the model was trained.`,
    )
  const tensor = openSafetensors(path).get(STATIC_TABLE)
  if (tensor?.shape[1] !== wide.features)
    throw new InputError(
      `${path} has ${tensor ? `rows of ${tensor.shape[1]} features` : `no ${STATIC_TABLE}`}; config.json wants ${wide.features} (disranker.wide). Copy both from one model.`,
    )
  return { ...wide, table: tensor.data }
}
