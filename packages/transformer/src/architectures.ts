// The list of architectures: the allowed values of `model_type` in a config.json. Adding one changes only its
// folder and this list.
import { InputError } from '@disranker/stage'
import type { z } from 'zod'
import { bert } from './architectures/bert/bert.ts'
import { distilbert } from './architectures/distilbert/distilbert.ts'
import { electra } from './architectures/electra/electra.ts'
import { gemma3 } from './architectures/gemma3/gemma3.ts'
import { llama } from './architectures/llama/llama.ts'
import { mistral } from './architectures/mistral/mistral.ts'
import { modernbert } from './architectures/modernbert/modernbert.ts'
import { olmo2 } from './architectures/olmo2/olmo2.ts'
import { qwen2 } from './architectures/qwen2/qwen2.ts'
import { qwen3 } from './architectures/qwen3/qwen3.ts'
import { roberta, xlmRoberta } from './architectures/roberta/roberta.ts'

export const decoders = [llama, mistral, qwen2, qwen3, gemma3, olmo2] as const
export const encoders = [bert, roberta, xlmRoberta, distilbert, electra, modernbert] as const

/** Keys of a config.json that some decoder reads. */
export type DecoderConfig = z.input<(typeof decoders)[number]['config']>
/** The keys of a decoder's config.json that are chosen by hand: all except those that a vocabulary decides. */
export type DecoderSizes = Without<
  DecoderConfig,
  'vocab_size' | 'type_vocab_size' | 'max_position_embeddings'
>
type Without<Union, Keys extends string> = Union extends unknown ? Omit<Union, Keys> : never
/** `DecoderConfig` with defaults filled in. */
export type CheckedDecoderConfig = z.output<(typeof decoders)[number]['config']>
/** The same of an encoder. */
export type EncoderSizes = Without<
  EncoderConfig,
  'vocab_size' | 'type_vocab_size' | 'max_position_embeddings'
>
/** Keys of a config.json that some encoder reads. */
export type EncoderConfig = z.output<(typeof encoders)[number]['config']>

/**
 * The architecture that a config.json names.
 * @throws {InputError} when the list does not have it
 */
export function findArchitecture<Found extends { readonly modelType: string }>(
  list: readonly Found[],
  { model_type: wanted }: { readonly model_type?: unknown },
): Found {
  const found = list.find(({ modelType }) => modelType === wanted)
  if (found !== undefined) return found
  const known = list.map(({ modelType }) => modelType).join(', ')
  throw new InputError(
    `config.json has model_type ${JSON.stringify(wanted)}; wanted one of ${known}. Take a model of one of these.`,
  )
}
