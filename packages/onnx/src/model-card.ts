// The README of a bundle: facts that are computed, none that are hoped for.
import type { EncoderModel } from '@disranker/transformer'

/** Markdown. */
export function modelCard(
  { type, layers, hidden, heads, vocabulary }: EncoderModel,
  precision: string,
  bytes: number,
  metrics: Readonly<Record<string, unknown>>,
): string {
  const rows = Object.entries(metrics).map(([name, value]) => `| ${name} | ${format(value)} |`)
  return `# A reranker made with DisRanker

A cross-encoder of the kind ${type}: ${layers} layers, hidden size ${hidden}, ${heads} heads, vocabulary ${vocabulary}. Weights: ${precision}, ${bytes} bytes.

- Input: \`[CLS] query [SEP] title [SEP] summary [SEP]\`, encoded as \`disranker.encoding\` in config.json says.
- Output: one logit; score = logit + \`disranker.score.lexicalWeight\` * lexical overlap. Higher is better. Relevance from 0 to 1 is logistic in it: \`disranker.score.relevance\`. Above .5 a score is more frequent among right documents (of their query's highest grade) than among others; \`validation_right_above_half\` and \`validation_others_below_half\` say for which share of each that holds.
- A score depends on its query and document alone, not on the batch.
- It knows what its training data knew: other languages and subjects need a model of their own.

${rows.length > 0 ? `| measure | value |\n| --- | --- |\n${rows.join('\n')}\n` : ''}`
}

const format = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toFixed(4)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
