// The texts of continued pre-training: clicked pairs, and weak queries with their source documents.
import type { Pairs } from '@disranker/dataset'
import type { Random } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { Text } from './validation-loss.ts'

/**
 * Draws clicked pairs in proportion to their weight, and a share `weakShare` of weak queries with one of
 * their documents.
 */
export function drawTexts({ documents, queries, clicks, judgements }: Pairs, weakShare: number) {
  const clicked: { query: number; document: number; bound: number }[] = []
  let total = 0
  for (const { query, document, weight } of clicks) {
    total += weight
    clicked.push({ query: queries.numberOf(query), document: documents.numberOf(document), bound: total })
  }
  const weak: { query: number; document: number }[] = []
  let number = 0
  for (const { id, split } of queries) {
    if (split === 'weak') {
      const [judged] = [...(judgements.get(id) ?? [])].sort((a, b) => b[1] - a[1])
      // a document that a person judged irrelevant is no answer to learn
      if (judged !== undefined && judged[1] > 0)
        weak.push({ query: number, document: documents.numberOf(judged[0]) })
    }
    number++
  }
  if (clicked.length === 0)
    throw new InputError(
      'There are no clicked pairs to pre-train on. Look at what `npx turbo run pairs` dropped.',
    )
  const draw = (random: Random) => {
    if (weak.length > 0 && random.uniform() < weakShare) return random.pick(weak)
    const at = random.uniform() * total
    let low = 0
    let high = clicked.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (at < clicked[middle]!.bound) high = middle
      else low = middle + 1
    }
    return clicked[low]!
  }
  return (random: Random): Text => {
    const { query, document } = draw(random)
    return { query: queries.at(query).text, document: documents.at(document) }
  }
}
