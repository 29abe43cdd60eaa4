// Reduces an encoder's vocabulary to the part that a corpus uses, because most of a small model is its word
// embeddings. The tokens of the corpus do not change; other texts are split into smaller pieces.
import { InputError } from '@disranker/stage'
import { loadTokenizer } from '@disranker/tokenizer'
import { readEncoder } from '@disranker/transformer'
import type { EncoderCheckpoint } from './encoder-checkpoint.ts'

type Merge = string | readonly [string, string]

interface TokenizerFile {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[]
  readonly model: {
    readonly type: string
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[]
    readonly merges?: readonly Merge[]
    readonly unk_id?: number | null
  }
  readonly post_processor?: unknown
  readonly padding?: { readonly pad_id?: number } | null
}

/**
 * Keeps the tokens of the texts, special tokens, and single characters for all other words.
 * @throws {InputError} when the vocabulary is of an unsupported kind
 */
export function pruneVocabulary(source: EncoderCheckpoint, texts: Iterable<string>): EncoderCheckpoint {
  const file = JSON.parse(source.tokenizer) as TokenizerFile
  const tokens = tokensOf(file)
  const kept = keptTokens(file, tokens, usedTokens(source.tokenizer, texts))
  // old ids in order, so that the first special tokens keep theirs
  const old = [...kept].map((token) => tokens.get(token)!).sort((a, b) => a - b)
  const fresh = new Map(old.map((id, at) => [id, at]))
  const { shape, data } = source.tensors.get(source.model.wordTable)!
  const width = shape[1]!
  const rows = new Float32Array(old.length * width)
  for (const [at, id] of old.entries()) rows.set(data.subarray(id * width, (id + 1) * width), at * width)
  const tensors = new Map(source.tensors).set(source.model.wordTable, {
    shape: [old.length, width],
    data: rows,
  })
  const config = { ...renumberConfig(source.config, fresh), vocab_size: old.length }
  return {
    ...source,
    config,
    tensors,
    tokenizer: JSON.stringify(renumber(file, kept, fresh)),
    model: readEncoder(config, tensors),
  }
}

/** ids by token, including added tokens */
function tokensOf({ model, added_tokens = [] }: TokenizerFile): Map<string, number> {
  const { vocab } = model
  const listed = Array.isArray(vocab)
    ? (vocab as readonly (readonly [string, number])[]).map(([token], id) => [token, id] as const)
    : Object.entries(vocab as Record<string, number>)
  return new Map([...listed, ...added_tokens.map(({ content, id }) => [content, id] as const)])
}

function usedTokens(json: string, texts: Iterable<string>): Set<string> {
  const tokenizer = loadTokenizer(json)
  const used = new Set<number>()
  for (const text of texts) for (const id of tokenizer.encode(text)) used.add(id)
  return new Set([...used].map((id) => tokenizer.tokenOf(id)).filter((token) => token !== undefined))
}

function keptTokens(
  { model, added_tokens = [] }: TokenizerFile,
  tokens: ReadonlyMap<string, number>,
  used: ReadonlySet<string>,
): Set<string> {
  if (!['WordPiece', 'Unigram', 'BPE'].includes(model.type))
    throw new InputError(
      `The vocabulary is of the kind ${model.type}; only WordPiece, Unigram and BPE can be cut. Keep it whole.`,
    )
  const kept = new Set([...used, ...added_tokens.map(({ content }) => content)])
  const unknown = (model as { unk_token?: string | null }).unk_token
  if (unknown) kept.add(unknown)
  for (const token of tokens.keys()) {
    const bare = token.replace(/^(##|\u2581)/, '')
    if ([...bare].length <= 1 || /^<0x[0-9A-F]{2}>$/.test(token)) kept.add(token)
  }
  if (model.type === 'Unigram' && typeof model.unk_id === 'number')
    kept.add((model.vocab as readonly (readonly [string, number])[])[model.unk_id]![0])
  // the parts of a kept merge are kept, too
  const parts = new Map((model.merges ?? []).map((merge) => [partsOf(merge).join(''), partsOf(merge)]))
  const open = [...kept]
  while (open.length > 0)
    for (const part of parts.get(open.pop()!) ?? [])
      if (!kept.has(part)) {
        kept.add(part)
        open.push(part)
      }
  return new Set([...kept].filter((token) => tokens.has(token)))
}

const partsOf = (merge: Merge): readonly [string, string] =>
  typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge

function renumber(
  file: TokenizerFile,
  kept: ReadonlySet<string>,
  fresh: ReadonlyMap<number, number>,
): TokenizerFile {
  const { model, added_tokens = [], padding, post_processor } = file
  const vocab = Array.isArray(model.vocab)
    ? model.vocab.filter(([token]) => kept.has(token))
    : Object.fromEntries(
        Object.entries(model.vocab as Record<string, number>)
          .filter(([token]) => kept.has(token))
          .map(([token, id]) => [token, fresh.get(id)!]),
      )
  const merges = model.merges?.filter((merge) =>
    [...partsOf(merge), partsOf(merge).join('')].every((token) => kept.has(token)),
  )
  return {
    ...file,
    added_tokens: added_tokens.map((token) => ({ ...token, id: fresh.get(token.id)! })),
    ...(post_processor ? { post_processor: renumberProcessor(post_processor, fresh) } : {}),
    ...(padding && { padding: { ...padding, pad_id: fresh.get(padding.pad_id ?? 0) ?? 0 } }),
    model: {
      ...model,
      vocab,
      ...(merges && { merges }),
      ...(typeof model.unk_id === 'number' && { unk_id: fresh.get(model.unk_id)! }),
    },
  }
}

/** Ids are under `ids` of a template, and after the token in `sep` and `cls`. */
function renumberProcessor(part: unknown, fresh: ReadonlyMap<number, number>, key = ''): unknown {
  if (Array.isArray(part)) {
    if (key === 'ids') return part.map((id: number) => fresh.get(id) ?? id)
    if ((key === 'sep' || key === 'cls') && typeof part[1] === 'number')
      return [part[0], fresh.get(part[1]) ?? part[1]]
    return part.map((one) => renumberProcessor(one, fresh))
  }
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, renumberProcessor(value, fresh, name)]),
  )
}

function renumberConfig(
  config: EncoderCheckpoint['config'],
  fresh: ReadonlyMap<number, number>,
): EncoderCheckpoint['config'] {
  const changed = Object.entries(config).map(([key, value]) => {
    if (!/_token_id$/.test(key) || typeof value !== 'number') return [key, value]
    return [key, fresh.get(value) ?? null]
  })
  const renumbered = Object.fromEntries(changed) as EncoderCheckpoint['config']
  if (/roberta$/.test(config.model_type) && renumbered.pad_token_id !== config.pad_token_id)
    throw new InputError(
      'Cutting the vocabulary would move the padding token, from whose id this model counts places. Keep it whole.',
    )
  return renumbered
}
