// A published sentence encoder, or a decoder, as a function from texts to unit vectors. Pooling, maximal
// length and prefix come from its folder (sentence-transformers' files), unless the caller overrides them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkTokens, type TextPooling } from '@disranker/checkpoint'
import { InputError } from '@disranker/stage'
import type { PairTemplate } from '@disranker/tokenizer'
import { checkLength } from './check-length.ts'
import { openTextNetwork } from './text-network.ts'
import { createTextRows, embedRows, type TextKind, type TextReading } from './text-rows.ts'

/** A text gets the folder's prefix if `prefixes` has none. */
export interface TextEncoderOptions extends TextReading {
  /** by default that of the folder; if it has none the mean, for a decoder the last token */
  readonly pooling?: TextPooling
  /** maximal tokens of a batch, with padding to the longest text: bounds the memory */
  readonly tokensPerBatch?: number
}

/** How an encoder reads a text, as plain data for other implementations. */
export interface EncoderReading {
  readonly lengths: Readonly<Record<TextKind, number>>
  readonly prefixes: Readonly<Record<TextKind, string>>
  readonly pooling: TextPooling
  /** tokens at the start and the end of each text */
  readonly around: Pick<PairTemplate, 'start' | 'end'>
}

export interface TextEncoder {
  /** numbers in an embedding */
  readonly features: number
  readonly reading: EncoderReading
  /** Unit vectors [features] of the texts, in their order. */
  embed(kind: TextKind, texts: readonly string[]): Float32Array[]
  /** Releases the network; do not call it afterwards. */
  close(): void
}

/**
 * Needs an open backend.
 * @throws {InputError} when it is no folder of an encoder or a decoder, its pooling is not supported, or its
 * maximal length is shorter
 */
export function openTextEncoder(folder: string, options: TextEncoderOptions): TextEncoder {
  const { lengths, tokensPerBatch = 4096 } = options
  checkModules(folder)
  const prefixes = { ...promptsOf(folder), ...options.prefixes }
  const network = openTextNetwork(folder, options.pooling)
  try {
    const { positions, template, tokenizer, pooling } = network
    checkLength(folder, positions, Math.max(lengths.query, lengths.document))
    checkTokens(folder, tokenizer, network, template)
    const rowOf = createTextRows(folder, tokenizer, template, { lengths, prefixes })
    const { start, end } = template
    return {
      features: network.features,
      reading: {
        lengths,
        prefixes: { query: '', document: '', ...prefixes },
        pooling,
        around: { start, end },
      },
      embed: (kind, texts) =>
        embedRows(
          texts.map((text) => rowOf(kind, text)),
          tokensPerBatch,
          network.embed,
        ).map(unit),
      close: () => network.dispose(),
    }
  } catch (error) {
    network.dispose()
    throw error
  }
}

/**
 * Refuses unsupported modules of sentence-transformers that change an embedding, because the cosines would
 * differ.
 */
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

/** The prompts of sentence-transformers for queries and documents. */
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
