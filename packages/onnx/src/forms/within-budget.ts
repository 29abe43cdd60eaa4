// `edge: { milliseconds }`: makes every possible form of the bundle as it would be served, measures each, and
// chooses the best that fits.
import type { Pairs } from '@disranker/dataset'
import { itemsOf } from '@disranker/ranking'
import type { Bundle } from '@disranker/reranker'
import type { Work } from '@disranker/stage'
import type { readStudentFolder } from '../convert.ts'
import { rankServed } from '../served/rank-served.ts'
import { hasNetwork } from '../served/served-config.ts'
import { servedTerms } from '../served/served-terms.ts'
import type { MadeForm } from '../vectors/make-vectors.ts'
import { formCost, formRequests } from './form-cost.ts'
import { type FormParts, type FormWeights, formWeights, judgedLists } from './form-weights.ts'
import { type ComparedForm, chooseForm, costsText, formsText, type MeasuredForm } from './latency-budget.ts'
import { bareTable, withoutNetwork } from './table-form.ts'

type Student = ReturnType<typeof readStudentFolder>

export interface BudgetedForms {
  readonly milliseconds: number
  readonly pairs: Pairs
  readonly work: Work
  readonly model: Student
  /** its int8 bundle */
  readonly student: Bundle
  readonly words: Pick<FormParts, 'encode' | 'table' | 'splits'>
  /** undefined if there is no encoder, or it may not be served */
  readonly vectors: MadeForm | undefined
}

export interface ChosenForm {
  readonly chosen: MeasuredForm
  readonly forms: readonly MeasuredForm[]
  /** the reason, in words */
  readonly why: string
  /** the student without its network, if it has one and can rank without it */
  readonly table: Student | undefined
  /** the form that ranks documents without vectors */
  readonly student: Bundle
}

/** @throws {InputError} no form fits */
export async function chooseWithin(given: BudgetedForms): Promise<ChosenForm> {
  const { milliseconds, pairs, work, model, words, vectors } = given
  const requests = formRequests(pairs, pairs.candidates('validation'))
  const measured = async (
    name: MeasuredForm['name'],
    bundle: Bundle,
    { choice, qualities }: Pick<FormWeights, 'choice' | 'qualities'>,
  ): Promise<ComparedForm> => ({
    ...{ name, ndcg10: choice.crossValidated.ndcg10, qualities: qualities() },
    milliseconds: await formCost(name, bundle, requests, name === 'vectors' ? vectors!.vectors : undefined),
  })
  const forms: ComparedForm[] = []
  const isWhole = hasNetwork(model)
  const byWords = words.table && formWeights({ pairs, ...words })
  const table = isWhole && byWords ? withoutNetwork(model, byWords.lexical, WANTED) : undefined
  const tableBundle = isWhole ? table && bareTable(table) : given.student
  if (tableBundle && byWords) forms.push(await measured('table', tableBundle, byWords))
  if (isWhole) {
    const byNetwork = formWeights({ pairs, ...words, own: await networkPart(given) })
    forms.push(await measured('network', given.student, byNetwork))
  }
  const network = forms.find(({ name }) => name === 'network')
  const student =
    network && network.milliseconds > milliseconds ? (tableBundle ?? given.student) : given.student
  if (vectors) forms.push(await measured('vectors', vectors.bundle(student), vectors.chosen))
  const chosen = chooseForm(forms, milliseconds)
  const why = `of the forms that rank 50 documents within ${milliseconds} ms of CPU in workerd "${chosen.name}" is chosen: one that costs more must rank better by more than a standard error (${formsText(forms)})`
  work.progress.say(`vectors: ${why}`)
  const told = `${milliseconds} ms of CPU for 50 documents were allowed (${costsText(forms)})`
  const shown = forms.map(({ qualities: _, ...form }) => form)
  return {
    ...{ chosen, forms: shown, why, student },
    table: table && withoutNetwork(table, byWords!.lexical, told),
  }
}

const WANTED = 'a latency budget'

/** The served network without the terms that are added to it, on the queries for the comparison of forms. */
async function networkPart({ pairs, work, model, student, words }: BudgetedForms) {
  const run = new Map(judgedLists({ pairs, splits: words.splits }))
  const served = await rankServed({ name: 'int8 ranks judged queries', bundle: student, run, pairs, work })
  const terms = servedTerms(model)
  const { lexical, staticTerm } = terms.weights
  const scores = new Map(
    [...served].map(([id, rows]) => [
      id,
      new Map(
        itemsOf(id, rows, pairs).map(({ query, document, first }) => {
          const added = terms.of(query, document)
          return [document.id, first - lexical * added.lexical - staticTerm * added.staticTerm] as const
        }),
      ),
    ]),
  )
  const score = (query: string, document: string) => scores.get(query)!.get(document)!
  return { name: 'network', score }
}
