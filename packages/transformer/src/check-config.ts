// Checks a config.json against the keys that an architecture reads. An unknown key is an error, because
// ignoring it could silently compute another model.
import { InputError } from '@disranker/stage'
import type { z } from 'zod'
import type { Architecture } from './architecture.ts'

/** Keys that no forward pass of any model reads: names, training and generation settings, and our own. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['architectures', 'model_type', '_name_or_path', '_model_name_or_path', 'transformers_version'],
  ...['torch_dtype', 'dtype', 'use_cache', 'initializer_range', '_attn_implementation_autoset'],
  ...['bos_token_id', 'eos_token_id', 'pad_token_id', 'unk_token_id', 'sep_token_id', 'cls_token_id'],
  ...['id2label', 'label2id', 'num_labels', 'problem_type', 'finetuning_task', 'task_specific_params'],
  ...['attention_dropout', 'hidden_dropout_prob', 'attention_probs_dropout_prob', 'classifier_dropout'],
  ...['gradient_checkpointing', 'output_attentions', 'output_hidden_states', 'return_dict', 'output_past'],
  ...['pretraining_tp', 'transformers.js_config', 'sentence_transformers', 'disranker'],
])

/**
 * The keys of a config.json that the architecture reads, with defaults.
 * @param file name of the configuration in an error
 * @throws {InputError} naming the first key that is missing, unknown or has an unsupported value
 */
export function checkConfig<Config>(
  { config, harmless, modelType }: Pick<Architecture<Config>, 'config' | 'harmless' | 'modelType'>,
  raw: Readonly<Record<string, unknown>>,
  file = 'config.json',
): Config {
  const passed = new Set(harmless)
  // some architectures read keys that are harmless in others
  const named = (config as { readonly shape?: object }).shape ?? {}
  const read = Object.entries(raw).filter(
    // null means that the default was used when the file was written
    ([key, value]) => value !== null && (key in named || !(HARMLESS.has(key) || passed.has(key))),
  )
  const result = config.safeParse(Object.fromEntries(read))
  if (result.success) return result.data
  throw new InputError(`${file} (${modelType}) ${explain(result.error.issues[0]!, raw)}`)
}

function explain(issue: z.core.$ZodIssue, raw: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const at = [...issue.path, key].join('.')
    return `has the key ${at}: ${short(valueAt(raw, [...issue.path, key]))}, which is not known here and may change what the model computes. Take a model without it, or teach the architecture's folder to read it.`
  }
  const path = issue.path.join('.')
  const older =
    issue.path.at(-1) === 'rope_type' ? valueAt(raw, [...issue.path.slice(0, -1), 'type']) : undefined
  const value = valueAt(raw, issue.path) ?? older
  if (path === '') return `does not fit together: ${issue.message}. Fix the config.`
  return value === undefined
    ? `has no ${path}: ${issue.message}. Copy the whole config.json of the model.`
    : `has ${path} ${short(value)}; ${issue.message}. Fix the config, or take another model.`
}

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw)

const short = (value: unknown) => {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
