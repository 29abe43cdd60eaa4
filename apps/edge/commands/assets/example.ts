// The corpus and the sample queries of the page, from a completed folder of the dataset's `pairs` stage.
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Example, ExampleDocument, ExampleQuery } from '../../page/example.ts'
import { openingQuery } from './opening-query.ts'

type Grades = Map<string, Record<string, number>>

const SAMPLES = 12
/** maximal documents of the page: a phone indexes them in well under a second */
const DOCUMENTS = 3_000
/** characters of a sample, so that it can be read in a list */
const SAMPLE_LENGTH = 200

/**
 * Reads the example: all documents, or the judged documents of the samples and the first of a large corpus; a
 * validation query of a typical gain, if there are runs; and test queries, evenly spaced over the split,
 * chosen without looking at any ranking.
 * @param pairs the stage's folder, complete
 * @param embedded folder of the embedded example: whether these are its documents decides whether they may be
 * public
 * @param runs folder of the runs of the served model
 */
export async function readExample(pairs: string, embedded: string, runs?: string): Promise<Example> {
  const [grades, validation] = ['test', 'validation'].map((split) =>
    readGrades(join(pairs, `qrels.${split}.txt`)),
  ) as [Grades, Grades]
  const judged: { id: string; text: string }[] = []
  const texts = new Map<string, string>()
  for await (const { id, text, split } of lines<{ id: string; text: string; split: string }>(
    pairs,
    'queries.jsonl',
  )) {
    if (validation.has(id)) texts.set(id, text)
    if (split === 'test' && text.length <= SAMPLE_LENGTH && grades.has(id)) judged.push({ id, text })
  }
  const step = Math.max(1, judged.length / SAMPLES)
  const samples = Array.from({ length: Math.min(SAMPLES, judged.length) }, (_, at): ExampleQuery => {
    const { id, text } = judged[Math.floor(at * step)]!
    return { id, text, grades: grades.get(id)! }
  })
  const opening =
    runs === undefined
      ? undefined
      : openingQuery({ pairs, runs, longest: SAMPLE_LENGTH, texts, grades: validation })
  const queries = opening === undefined ? samples : [opening, ...samples]
  const needed = new Set(queries.flatMap((query) => Object.keys(query.grades)))
  const documents: ExampleDocument[] = []
  let corpusSize = 0
  let spare = DOCUMENTS - needed.size
  for await (const { id, title, summary } of lines<ExampleDocument>(pairs, 'documents.jsonl')) {
    corpusSize++
    if (needed.has(id) || spare-- > 0) documents.push({ id, title, summary })
  }
  const words = join(pairs, 'words.json')
  const analyzer = existsSync(words) ? JSON.parse(readFileSync(words, 'utf8')) : undefined
  return {
    embedded: isFrom(embedded, pairs),
    documents,
    // a page without a named analyzer uses porter
    ...(analyzer !== undefined && analyzer.name !== 'porter' && { analyzer }),
    corpusSize,
    queries,
    attribution: attributionOf(pairs),
  }
}

/** Whether the stage read the documents of the example; if in doubt, they count as the user's own. */
function isFrom(example: string, pairs: string): boolean {
  const manifest = (folder: string) => {
    const file = join(folder, 'manifest.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  }
  const read = manifest(pairs).inputs?.['documents.jsonl']
  return read !== undefined && read === manifest(example).files?.['documents.jsonl']?.sha256
}

/** The owner of these texts and their licence, which accompany every copy. */
function attributionOf(pairs: string): string {
  const file = join(pairs, 'ATTRIBUTION.txt')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

async function* lines<Row>(folder: string, name: string): AsyncGenerator<Row> {
  const file = createReadStream(join(folder, name), 'utf8')
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== '') yield JSON.parse(line)
}

/** TREC qrels: query 0 document grade */
function readGrades(file: string): Grades {
  const grades: Grades = new Map()
  if (!existsSync(file)) return grades
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [query, , document, grade] = line.trim().split(/\s+/)
    if (query === undefined || document === undefined || !(Number(grade) > 0)) continue
    const known = grades.get(query) ?? {}
    known[document] = Number(grade)
    grades.set(query, known)
  }
  return grades
}
