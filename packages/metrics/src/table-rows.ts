// The rows that the river gives the report, and which of them are compared.

/** every row, in the order of the report, with what it is */
export const ROWS = {
  bm25: 'first stage: BM25 over title and summary',
  two_tower: 'bags of words, softmax over all documents',
  teacher: 'decoder: continued pre-training, then ranking',
  student_labels: 'small BERT that learned from the labels',
  student: 'the same BERT, distilled from the teacher, fp32',
  student_int8: 'the distilled student in int8: what is served',
} as const

export type RowName = keyof typeof ROWS

export const ROW_NAMES = Object.keys(ROWS) as RowName[]

/** the first stage, whose candidates all others rerank */
export const BASELINE = 'bm25'

/** [row, other row]: row minus other row, where both are there */
export const COMPARED: readonly (readonly [RowName, RowName])[] = [
  ['two_tower', BASELINE],
  ['teacher', BASELINE],
  ['student_labels', BASELINE],
  ['student', BASELINE],
  ['student_int8', BASELINE],
  ['student', 'student_labels'],
  ['teacher', 'student_labels'],
  ['student_int8', 'student'],
  ['student_int8', 'two_tower'],
]
