// What the figures say, in words. Every sentence is decided by the figures; none is there whatever they are.
import type { Difference, RowName, SplitReport } from './report.ts'

const NAMES: Readonly<Record<RowName, string>> = {
  bm25: 'BM25',
  two_tower: 'the two-tower baseline',
  teacher: 'the teacher',
  student_labels: 'the student trained on labels',
  student: 'the distilled student',
  student_int8: 'the distilled student in int8',
}

/** Plain sentences about the test split. */
export function sentences(test: SplitReport, missing: readonly string[], simulatedClicks: boolean): string[] {
  const entries = Object.entries(test.rows) as [RowName, NonNullable<SplitReport['rows'][RowName]>][]
  const ranked = entries
    .map(([name, row]) => ({ name, mrr: row['mrr@10'].value }))
    .sort((a, b) => b.mrr - a.mrr)
  const find = (row: RowName, against: RowName) =>
    test.differences.find((one) => one.row === row && one.against === against && one.measure === 'mrr@10')
  const said: string[] = []
  if (ranked[0]) {
    const order = ranked.map(({ name, mrr }) => `${name} ${mrr.toFixed(3)}`).join(', ')
    said.push(`Best in MRR@10 on ${test.queries} test queries is ${NAMES[ranked[0].name]}: ${order}.`)
  }
  const served = find('student_int8', 'bm25')
  if (served)
    said.push(
      `${capital(NAMES.student_int8)}, which is what is served, is ${relation(served)} BM25 in MRR@10 (${numbers(served)}).`,
    )
  const distilled = find('student', 'student_labels')
  if (distilled) {
    const what =
      clear(distilled) > 0
        ? 'gives the student an advantage'
        : 'gives the student no advantage that these queries could show'
    said.push(`Distillation ${what} over learning from the labels (${numbers(distilled)}).`)
  }
  const [teacher, labels] = [test.rows.teacher, test.rows.student_labels]
  if (teacher && labels && teacher['mrr@10'].value <= labels['mrr@10'].high)
    said.push(
      'The teacher was trained from scratch on the same data and is not clearly better than a student that learns from the labels, so it has nothing to transfer; an advantage needs a pre-trained LLM. These figures show that every stage works, and are no proof of the method.',
    )
  const int8 = find('student_int8', 'student')
  if (int8) said.push(`int8 costs ${(-int8.value).toFixed(4)} MRR@10 against float32 (${numbers(int8)}).`)
  for (const name of missing) said.push(`There is no row for ${name}: its run was not there.`)
  if (simulatedClicks) said.push('The click log of this example is simulated; no person made its clicks.')
  return said
}

/** 1 or -1 where the interval leaves no doubt about the sign, else 0 */
const clear = ({ low, high }: Difference) => (low > 0 ? 1 : high < 0 ? -1 : 0)
const relation = (difference: Difference) =>
  ({ 1: 'above', 0: 'not clearly different from', '-1': 'below' })[
    String(clear(difference)) as '1' | '0' | '-1'
  ]
const numbers = ({ value, low, high, p }: Difference) =>
  `difference ${signed(value)}, paired 95 % interval ${signed(low)} to ${signed(high)}, p ${p.toFixed(4)}`
const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
