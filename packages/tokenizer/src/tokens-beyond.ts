// Tokens whose ids are outside a table of embeddings: the tokenizer belongs to another model, or has grown without its
// network.

interface Added {
  readonly id: number
  readonly content: string
  readonly special?: boolean
}

/**
 * Tokens with ids from `rows` on that a text can contain. Special tokens are not among them, because no text
 * contains one.
 * @param json the text of tokenizer.json
 * @param around the special tokens around a pair, which every text gets
 */
export function tokensBeyond(json: string, rows: number, around: readonly string[] = []): string[] {
  const { model = {}, added_tokens = [] } = JSON.parse(json) as {
    model?: { vocab?: Readonly<Record<string, number>> | readonly (readonly [string, number])[] }
    added_tokens?: readonly Added[]
  }
  const { vocab = {} } = model
  const special = new Set(added_tokens.filter(({ special }) => special).map(({ content }) => content))
  const own = Array.isArray(vocab)
    ? (vocab as readonly (readonly [string, number])[]).map(([token], id) => [token, id] as const)
    : Object.entries(vocab as Record<string, number>)
  const all = [...own, ...added_tokens.map(({ content, id }) => [content, id] as const)]
  const reached = (token: string) => !special.has(token) || around.includes(token)
  return [...new Set(all.filter(([token, id]) => id >= rows && reached(token)).map(([token]) => token))]
}
