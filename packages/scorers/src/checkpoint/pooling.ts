// How the folder of a bi-encoder says that an embedding is made of a text's states.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import type { Pooling } from '@disranker/transformer'

/**
 * What sentence-transformers wrote beside the model; the mean where there is nothing.
 * @throws {InputError} when it is another pooling
 */
export function poolingOf(folder: string): Pooling {
  const file = join(folder, '1_Pooling', 'config.json')
  if (!existsSync(file)) return 'mean'
  const said = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const modes = Object.keys(said).filter((key) => key.startsWith('pooling_mode') && said[key] === true)
  const mode = typeof said.pooling_mode === 'string' ? said.pooling_mode : modes.join(', ')
  if (/^(mean|pooling_mode_mean_tokens)$/.test(mode)) return 'mean'
  if (/^(cls|pooling_mode_cls_token)$/.test(mode)) return 'cls'
  throw new InputError(
    `${file} pools by ${mode || 'nothing'}, which is not built. Wanted: mean or cls; say \`pooling\` in the recipe if that is what it was trained with.`,
  )
}
