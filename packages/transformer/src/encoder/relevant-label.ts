// Finds the label of a ranking head that means "relevant". The names under `id2label` of config.json decide.
// Transformers' own names (LABEL_0, LABEL_1) say nothing; then the second is relevant, which is the
// convention for two classes.
import { InputError } from '@disranker/stage'

/** The labels in a config.json. */
export interface LabelConfig {
  readonly id2label?: Readonly<Record<string, unknown>> | null
  readonly label2id?: Readonly<Record<string, unknown>> | null
}

const plain = (name: unknown) =>
  String(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')
const RIGHT =
  /^(relevan(t|ce)|yes|y|true|positive|pos|match(es|ed)?|similar|duplicate|entailment|answer|good|score)$/
const WRONG =
  /^((ir|un|in|non?|not)(relevan(t|ce)|match(es|ed)?|similar|duplicate|entailment|answer)|mismatch|dissimilar|different|contradiction|no|n|none|false|negative|neg|bad|distance|other|neutral)$/

/**
 * The label whose logit rises with relevance.
 * @param labels of the head
 * @throws {InputError} when the names do not decide or contradict each other
 */
export function relevantLabel(config: LabelConfig, labels: 1 | 2): 0 | 1 {
  const { id2label, label2id } = config
  if (!id2label || Object.keys(id2label).length !== labels) return labels === 1 ? 0 : 1
  const names = Object.keys(id2label)
    .sort()
    .map((key) => id2label[key])
  const said = names.map((name) => JSON.stringify(name)).join(' and ')
  const fail = (what: string): never => {
    throw new InputError(
      `config.json calls its labels ${said} (id2label), ${what}. Wanted: names that say which label is relevant, such as "irrelevant" and "relevant" in the order of the logits. Correct id2label in config.json.`,
    )
  }
  if (Object.keys(id2label).sort().join() !== (labels === 1 ? '0' : '0,1'))
    fail(`under the numbers ${Object.keys(id2label).join(', ')}`)
  for (const [at, name] of names.entries()) {
    const back = label2id?.[String(name)]
    if (back !== undefined && back !== null && Number(back) !== at)
      fail(`and label2id gives ${JSON.stringify(name)} the number ${back}`)
  }
  const numbers = names.map((name) => /^(?:label)?(\d+)$/.exec(plain(name))?.[1])
  if (numbers.every((number) => number !== undefined)) {
    if (numbers.some((number, at) => Number(number) !== at)) fail('which are in another order')
    return labels === 1 ? 0 : 1
  }
  const right = names.map((name) => RIGHT.test(plain(name)))
  const wrong = names.map((name) => WRONG.test(plain(name)))
  if (labels === 1) return wrong[0] ? fail('so that a higher score means less relevant') : 0
  const [first, second] = [right[0] || wrong[1], right[1] || wrong[0]]
  if (first === second) return fail('which leaves open which one is relevant')
  return first ? 0 : 1
}
