// The pooling of a bi-encoder, from its folder.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import type { Pooling } from '@disranker/transformer'

/** which states become the embedding: `last`, the last token's state, is for decoders */
export type TextPooling = 'mean' | 'cls' | 'last'

const FLAGS: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_lasttoken: 'lasttoken',
}

/**
 * The pooling in the config of sentence-transformers' Pooling: `pooling_mode`, or the older flags; undefined
 * if it has none.
 */
export function poolingMode(config: Readonly<Record<string, unknown>>): string | undefined {
  if (config.pooling_mode !== undefined) return String(config.pooling_mode)
  const modes = Object.keys(config).filter((key) => key.startsWith('pooling_mode') && config[key] === true)
  return modes.length === 0 ? undefined : modes.map((key) => FLAGS[key] ?? key).join(', ')
}

/**
 * The pooling in sentence-transformers' files next to the model; undefined if there are none.
 * @throws {InputError} when it is not supported
 */
export function poolingOf(folder: string): TextPooling | undefined {
  const file = join(folder, '1_Pooling', 'config.json')
  if (!existsSync(file)) return undefined
  const mode = poolingMode(JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>)
  if (mode === 'mean' || mode === 'cls') return mode
  if (mode === 'lasttoken') return 'last'
  throw new InputError(
    `${file} pools by ${mode ?? 'nothing'}, which is not built. Wanted: mean, cls or lasttoken; say \`pooling\` in the recipe if that is what it was trained with.`,
  )
}

/**
 * The same for an encoder: the mean by default.
 * @throws {InputError} also when it is a decoder's pooling
 */
export function encoderPoolingOf(folder: string): Pooling {
  const pooling = poolingOf(folder) ?? 'mean'
  if (pooling !== 'last') return pooling
  throw new InputError(
    `${folder} pools by the last token, which only a decoder's text ends with. Wanted: mean or cls. Copy 1_Pooling/config.json and config.json from one model.`,
  )
}
