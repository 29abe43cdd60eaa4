// The README of a bundle, with computed facts only.
import type { PairTemplate } from '@disranker/tokenizer'
import type { EncoderModel } from '@disranker/transformer'
import { pairForm, startedFrom, type ToldOf, templateForm } from './forms/pair-form.ts'

/** The source of a published model. */
export interface CardSource {
  readonly name: string
  /** commit of the hub's repository */
  readonly revision?: string | undefined
  readonly licence: string | undefined
  readonly template: PairTemplate
}

export interface CardFacts {
  readonly precision: string
  /** of the weights */
  readonly bytes: number
  readonly metrics: Readonly<Record<string, unknown>>
  readonly source?: CardSource | undefined
  /** of a student of ours */
  readonly told?: ToldOf
}

/** Markdown. @param network undefined: there is none, a table of words and the lexical overlap rank */
export function modelCard(
  network: EncoderModel | undefined,
  { precision, bytes, metrics, source, told = {} }: CardFacts,
): string {
  const rows = Object.entries(metrics).map(([name, value]) => `| ${name} | ${format(value)} |`)
  const lines = source === undefined ? own(told) : foreign(source)
  return `${source?.licence === undefined ? '' : `---\nlicense: ${source.licence}\nbase_model: ${source.name}\n---\n`}# ${source === undefined ? 'A reranker made with DisRanker' : `${source.name}, for the edge`}

${kindOf(network)} Weights: ${precision}, ${bytes} bytes.

${lines.map((line) => `- ${line}`).join('\n')}

${rows.length > 0 ? `| measure | value |\n| --- | --- |\n${rows.join('\n')}\n` : ''}`
}

const kindOf = (network: EncoderModel | undefined) => {
  if (network === undefined)
    return 'No network: a table of words, a static bi-encoder, and lexical overlap. Why is said in `disranker.network` of config.json.'
  const { type, layers, hidden, heads, vocabulary } = network
  return `A cross-encoder of the kind ${type}: ${layers} layers, hidden size ${hidden}, ${heads} heads, vocabulary ${vocabulary}.`
}

const ALONE = 'A score depends on its query and document alone, not on the batch.'

const own = (told: ToldOf) => [
  ...startedFrom(told),
  `Input: \`${pairForm(told.encoding)}\`, encoded as \`disranker.encoding\` in config.json says.`,
  "Output: one logit; score = logit + `disranker.score.lexicalWeight` * lexical overlap. Higher is better. Relevance from 0 to 1 is logistic in it: `disranker.score.relevance`. Above .5 a score is more frequent among right documents (of their query's highest grade) than among others; `validation_right_above_half` and `validation_others_below_half` say for which share of each that holds.",
  ALONE,
  'It knows what its training data knew: other languages and subjects need a model of their own.',
]

const foreign = ({ name, revision, licence, template }: CardSource) => [
  `Source: ${name}${revision === undefined ? '' : ` at ${revision}`}, quantised by DisRanker; nothing was trained. Licence of the source: ${licence ?? 'its model card does not say; ask its authors before you pass it on'}.`,
  `Input: \`${templateForm(template)}\`, encoded as \`disranker.encoding\` in config.json says.`,
  'Output: one logit, higher is better. Relevance from 0 to 1 is logistic in it; what it means is what the source was trained for.',
  ALONE,
]

const format = (value: unknown): string =>
  typeof value === 'number'
    ? String(Number(value.toFixed(4)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
