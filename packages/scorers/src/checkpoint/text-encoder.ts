// A published sentence encoder as a function from texts to unit vectors. How states become an embedding, how long a text may be
// and what stands before it is what its folder says (sentence-transformers' files), unless the caller says otherwise.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkTokens } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'
import { loadTokenizer, type PairTemplate, pairTemplateOf } from '@disranker/tokenizer'
import {
  checkFinite,
  createEncoder,
  type EncoderConfig,
  type Pooling,
  packBatch,
  readModelFolder,
} from '@disranker/transformer'
import { checkLength } from './check-length.ts'
import { poolingOf } from './pooling.ts'

export type TextKind = 'query' | 'document'

export interface TextEncoderOptions {
  /** most tokens of a text, the ones around it included */
  readonly lengths: Readonly<Record<TextKind, number>>
  /** that of the folder when not given, and the mean where it says nothing */
  readonly pooling?: Pooling
  /** what stands before each text, such as "query: " and "passage: "; that of the folder when not given */
  readonly prefixes?: Partial<Readonly<Record<TextKind, string>>>
  /** most tokens in a batch, all texts taken as long as the longest: bounds the memory */
  readonly tokensPerBatch?: number
}

export interface TextEncoder {
  /** numbers of an embedding */
  readonly features: number
  /** Unit vectors [features] of the texts, in their order. */
  embed(kind: TextKind, texts: readonly string[]): Float32Array[]
  /** Releases the network; no call may follow. */
  close(): void
}

/** The tokens around one text. */
const singleTemplate = (json: string, own: PairTemplate): PairTemplate => ({
  ...(pairTemplateOf(json) ?? own),
  between: [],
  secondType: 0,
})

/**
 * Needs an open backend.
 * @throws {InputError} when it is no folder of an encoder, is pooled in a way that is not built, or reads shorter texts
 */
export function openTextEncoder(folder: string, options: TextEncoderOptions): TextEncoder {
  const { lengths, tokensPerBatch = 4096 } = options
  checkModules(folder)
  const pooling = options.pooling ?? poolingOf(folder)
  const prefixes = { ...promptsOf(folder), ...options.prefixes }
  const { config, tensors, tokenizer: json } = readModelFolder<EncoderConfig>(folder)
  const network = createEncoder(config, { tensors })
  try {
    checkLength(folder, network.model.positions, Math.max(lengths.query, lengths.document))
    checkTokens(folder, json, network.model, singleTemplate(json, network.model.template))
    checkFinite(tensors, folder)
  } catch (error) {
    network.dispose()
    throw error
  }
  const tokenizer = loadTokenizer(json)
  const { start, end } = singleTemplate(json, network.model.template)
  const [first, last] = [start, end].map((tokens) => tokens.map((token) => tokenizer.idOf(token)!))
  const rowOf = (kind: TextKind, text: string) => {
    const room = lengths[kind] - first!.length - last!.length
    const tokens = tokenizer.encode((prefixes[kind] ?? '') + text).slice(0, room)
    const ids = Int32Array.from([...first!, ...tokens, ...last!])
    return { ids, typeIds: new Int32Array(ids.length) }
  }
  return {
    features: network.model.hidden,
    embed(kind, texts) {
      const rows = texts.map((text) => rowOf(kind, text))
      // sorted by length, so that texts of a batch are alike
      const order = rows.map((_, at) => at).sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length)
      const vectors = new Array<Float32Array>(rows.length)
      for (let from = 0; from < order.length; ) {
        let to = from + 1
        while (to < order.length && (to + 1 - from) * rows[order[to]!]!.ids.length <= tokensPerBatch) to++
        const batch = order.slice(from, to)
        // read outside a tidy, which would look for tensors among all these numbers
        const embedded = network.embed(packBatch(batch.map((at) => rows[at]!)), pooling)
        const values = embedded.dataSync()
        embedded.dispose()
        const width = values.length / batch.length
        for (const [row, at] of batch.entries())
          vectors[at] = unit(values.slice(row * width, (row + 1) * width) as Float32Array)
        from = to
      }
      return vectors
    },
    close: () => network.dispose(),
  }
}

/** Modules of sentence-transformers that change an embedding and are not built are refused: its cosines would be others. */
function checkModules(folder: string): void {
  const file = join(folder, 'modules.json')
  if (!existsSync(file)) return
  const modules = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly type?: string }[]
  const other = modules
    .map(({ type = '' }) => type.split('.').at(-1)!)
    .find((type) => !['Transformer', 'Pooling', 'Normalize'].includes(type))
  if (other !== undefined)
    throw new InputError(
      `${file} names the module ${other}, which is not built. Wanted: Transformer, Pooling and Normalize alone. Take another encoder, or serve this one and name it as a teacher with a url.`,
    )
}

/** The prompts that sentence-transformers puts before queries and documents. */
function promptsOf(folder: string): Partial<Record<TextKind, string>> {
  const file = join(folder, 'config_sentence_transformers.json')
  if (!existsSync(file)) return {}
  const { prompts = {}, default_prompt_name } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly prompts?: Readonly<Record<string, string>>
    readonly default_prompt_name?: string | null
  }
  const usual = prompts[default_prompt_name ?? ''] ?? ''
  return {
    query: prompts.query ?? usual,
    document: prompts.document ?? prompts.passage ?? usual,
  }
}

function unit(vector: Float32Array): Float32Array {
  let square = 0
  for (const value of vector) square += value * value
  const length = Math.sqrt(square) || 1
  return vector.map((value) => value / length)
}
