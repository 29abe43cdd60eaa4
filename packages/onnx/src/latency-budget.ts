// Which form of the bundle is served within a latency budget: of those whose measured cost fits, the one that ranks best.
import { InputError } from '@disranker/stage'

/** `table`: table of words and lexical overlap; `network`: a BERT in addition; `vectors`: a query encoder, documents with vectors */
export type FormName = 'table' | 'network' | 'vectors'

export interface MeasuredForm {
  readonly name: FormName
  /** CPU in workerd of a request with 50 documents */
  readonly milliseconds: number
  /** by cross-validation, of all forms on the same queries */
  readonly ndcg10: number
}

/**
 * Of forms that rank equally well the cheaper one.
 * @throws {InputError} none fits
 */
export function chooseForm(forms: readonly MeasuredForm[], milliseconds: number): MeasuredForm {
  const [best] = forms
    .filter((form) => form.milliseconds <= milliseconds)
    .sort((a, b) => b.ndcg10 - a.ndcg10 || a.milliseconds - b.milliseconds)
  if (best !== undefined) return best
  throw new InputError(
    `No form of the bundle ranks 50 documents in ${milliseconds} ms of CPU: ${costsText(forms)}. Raise edge.milliseconds in packages/onnx/recipes/vectors.ts, or shorten what is read (vocabulary.maxSummary in packages/student/recipes/student.ts).`,
  )
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
