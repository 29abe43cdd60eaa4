// Chooses the form of the bundle for a latency budget: the cheapest of those whose measured cost fits, unless
// another ranks better by more than the standard error of the difference.
import { isEarned, pairedTest } from '@disranker/ranking'
import { InputError } from '@disranker/stage'
import type { JudgedQuality } from './form-weights.ts'

/** `table`: table of words and lexical overlap; `network`: a BERT in addition; `vectors`: a query encoder, documents with vectors */
export type FormName = 'table' | 'network' | 'vectors'

export interface MeasuredForm {
  readonly name: FormName
  /** CPU in workerd of a request with 50 documents */
  readonly milliseconds: number
  /** by cross-validation, of all forms on the same queries */
  readonly ndcg10: number
}

/** A form with its quality on each query, of all forms on the same queries. */
export interface ComparedForm extends MeasuredForm {
  readonly qualities: ReadonlyMap<string, JudgedQuality>
}

const COINS = { samples: 2000, seed: 1 }

/** @throws {InputError} no form fits */
export function chooseForm(forms: readonly ComparedForm[], milliseconds: number): MeasuredForm {
  const [cheapest, ...others] = forms
    .filter((form) => form.milliseconds <= milliseconds)
    .sort((a, b) => a.milliseconds - b.milliseconds)
  if (cheapest !== undefined)
    return others.reduce((best, form) => (isBetter(form, best) ? form : best), cheapest)
  throw new InputError(
    `No form of the bundle ranks 50 documents in ${milliseconds} ms of CPU: ${costsText(forms)}. Raise edge.milliseconds in packages/onnx/recipes/vectors.ts, or shorten what is read (vocabulary.maxSummary in packages/student/recipes/student.ts).`,
  )
}

function isBetter({ qualities }: ComparedForm, other: ComparedForm): boolean {
  const differences = Array.from(qualities, ([id, { ndcg10 }]) => ndcg10 - other.qualities.get(id)!.ndcg10)
  const groups = Array.from(qualities.values(), ({ group }) => group)
  return isEarned(pairedTest(differences, COINS, groups))
}

/** "table 8.1 ms, vectors 6.2 ms" */
export const costsText = (forms: readonly MeasuredForm[]): string =>
  forms.map(({ name, milliseconds }) => `${name} ${milliseconds.toFixed(1)} ms`).join(', ')

/** "table 8.1 ms and nDCG@10 .4012, ..." */
export const formsText = (forms: readonly MeasuredForm[]): string =>
  forms
    .map(
      ({ name, milliseconds, ndcg10 }) =>
        `${name} ${milliseconds.toFixed(1)} ms and nDCG@10 ${ndcg10.toFixed(4)}`,
    )
    .join(', ')
