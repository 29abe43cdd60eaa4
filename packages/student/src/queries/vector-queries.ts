// Queries that teachers with vectors have embedded: those of the log, judged or not, and those cut from
// documents. A teacher scores every document of the corpus for each of them, without any label.
import { type Pairs, type PseudoQuery, readPairs, readPseudoQueries } from '@disranker/dataset'
import type { Random } from '@disranker/engine'
import { FEW_JUDGED, hasVectors, joinVectors, readVectors, type Vectors } from '@disranker/ranking'
import { findManifest, InputError } from '@disranker/stage'
import { z } from 'zod'

/** Stages with vectors, and their weights; a stage that did no work is ignored. */
export const vectorTeachers = z
  .array(z.strictObject({ vectors: z.string().min(1), weight: z.number().positive() }))
  .min(1)
  .readonly()
type VectorTeachers = z.output<typeof vectorTeachers>
type TeachersOf = { readonly teachers: VectorTeachers }

/**
 * Names of the teachers that a table may read.
 * @param few whether few train queries are judged; undefined if unknown
 * @param encoder whether there is a published encoder: without one the first teachers have no vectors, and
 * the others are read only if they are those from scratch
 */
export function teachersRead(
  targets: { readonly few: TeachersOf; readonly many: TeachersOf; readonly fromScratch?: TeachersOf },
  { few, encoder }: { readonly few?: boolean; readonly encoder: boolean },
): string[] {
  const asked = few === undefined ? [targets.few, targets.many] : [few ? targets.few : targets.many]
  const read = encoder
    ? asked.flatMap(({ teachers }) => teachers)
    : [...asked.map(({ teachers }) => teachers[0]!), ...(targets.fromScratch?.teachers ?? [])]
  return [...new Set(read.map(({ vectors }) => vectors))]
}

/** Whether there are fewer train queries with a grade above 0 than this. */
export function isFewJudged(pairs: Pairs): boolean {
  let judged = 0
  for (const { id, split } of pairs.queries)
    if (split === 'train' && [...(pairs.judgements.get(id)?.values() ?? [])].some((grade) => grade > 0))
      judged++
  return judged < FEW_JUDGED
}

/** The same for a folder of the pairs stage. @throws {InputError} it is not complete */
export function isFewJudgedIn(folder: string): boolean {
  const pairs = readPairs(folder)
  try {
    return isFewJudged(pairs)
  } finally {
    pairs.close()
  }
}

export interface VectorQueries {
  /** by dot products: the logits of all teachers, weighted */
  readonly teacher: Vectors
  readonly cut: readonly PseudoQuery[]
  /** names of the existing teachers */
  readonly names: readonly string[]
  /** whether one of them has learned from the grades of train queries */
  readonly learned: boolean
}

/**
 * The folders of the teachers that a recipe names.
 * @throws {InputError} when it names a stage that leaves no vectors
 */
export function teacherFolders(
  teachers: VectorTeachers,
  stages: Readonly<Record<string, string>>,
  recipe: string,
): Record<string, string> {
  return Object.fromEntries(
    teachers.map(({ vectors }) => {
      const folder = stages[vectors]
      if (folder !== undefined) return [vectors, folder]
      throw new InputError(
        `${recipe} names the stage ${vectors}, which leaves no vectors. Wanted: one of ${Object.keys(stages).join(', ')}.`,
      )
    }),
  )
}

/** Undefined if no teacher's stage did its work. */
export function readVectorQueries(
  teachers: VectorTeachers,
  folders: Readonly<Record<string, string>>,
  pairs: Pairs,
  pseudo: string,
): VectorQueries | undefined {
  const there = teachers.filter(({ vectors }) => hasVectors(folders[vectors]!))
  if (there.length === 0) return undefined
  const cut = readPseudoQueries(pseudo)
  const counts = { documents: pairs.documents.length, queries: pairs.queries.length, pseudo: cut.length }
  return {
    teacher: joinVectors(
      there.map(({ vectors }) => readVectors(folders[vectors]!, counts)),
      there.map(({ weight }) => weight),
    ),
    cut,
    names: there.map(({ vectors }) => vectors),
    learned: there.some(({ vectors }) => findManifest(folders[vectors]!)?.metrics.learned !== false),
  }
}

export interface VectorQuery {
  readonly text: string
  /** [features]: the teacher's vector */
  readonly vector: Float32Array
  /** id of the log's query */
  readonly id?: string
  /** id of the document that it was cut from */
  readonly document?: string
}

/** Numbers of the log's train queries that the teacher has embedded. */
export function ownQueries(pairs: Pairs, { queries, features }: Vectors): number[] {
  const isEmbedded = (number: number) =>
    queries.subarray(number * features, (number + 1) * features).some((value) => value !== 0)
  return Array.from(pairs.queries, ({ split }, number) => ({ split, number }))
    .filter(({ split, number }) => (split === 'train' || split === 'weak') && isEmbedded(number))
    .map(({ number }) => number)
}

/**
 * A function that draws a query: one of the log if `fromLog`, else one cut from a document; if one kind is
 * empty, the other.
 * @throws {InputError} when both are empty
 */
export function createQueryDraw(
  pairs: Pairs,
  { teacher, cut }: Pick<VectorQueries, 'teacher' | 'cut'>,
): (fromLog: boolean, random: Random) => VectorQuery {
  const { features } = teacher
  const vectorOf = (matrix: Float32Array, row: number) =>
    matrix.subarray(row * features, (row + 1) * features)
  const own = ownQueries(pairs, teacher)
  if (own.length + cut.length === 0)
    throw new InputError('There is no train query and no query cut from a document: nothing to learn from.')
  return (fromLog, random) => {
    if (cut.length === 0 || (fromLog && own.length > 0)) {
      const row = own[random.integer(own.length)]!
      const { id, text } = pairs.queries.at(row)
      return { text, id, vector: vectorOf(teacher.queries, row) }
    }
    const row = random.integer(cut.length)
    return { ...cut[row]!, vector: vectorOf(teacher.pseudo, row) }
  }
}
