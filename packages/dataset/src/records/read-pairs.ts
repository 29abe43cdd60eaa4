// Reads the output of the pairs stage for every later stage. Documents and queries stay on the disk and are
// read one by one or in order; judgements and runs are columns of numbers. So memory grows by some 40 bytes a
// document and 20 a row.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnalyzerSpec } from '@disranker/lexical'
import { readManifest } from '@disranker/stage'
import { openJudgements } from '../runs/stored-judgements.ts'
import { openRun } from '../runs/stored-run.ts'
import { readLines } from './lines.ts'
import { openRecords } from './record-file.ts'
import type { ClickPair, Document, Judgements, Query, Records, Run, Split } from './records.ts'

export const SPLITS: readonly Split[] = ['train', 'validation', 'test', 'weak']

/** the analyzer, in the folder of the stage */
export const WORDS_FILE = 'words.json'

export interface Pairs {
  readonly documents: Records<Document>
  /** of all splits */
  readonly queries: Records<Query>
  /** train queries only; read again each time */
  readonly clicks: Iterable<ClickPair>
  /** of all splits */
  readonly judgements: Judgements
  /** the analyzer of its texts; porter by default */
  readonly analyzer?: AnalyzerSpec
  /** the documents that models score */
  candidates(split: Split): Run
  /** the first-stage results with their own scores; in train for a sample of the judged queries */
  firstStage(split: 'train' | 'validation' | 'test'): Run
  /** Closes the files. */
  close(): void
}

/**
 * Reads the folder of the pairs stage.
 * @throws {InputError} when the folder is missing or not complete
 */
export function readPairs(folder: string): Pairs {
  readManifest(folder)
  return openPairs(folder)
}

/** The same while the stage is still running in it. */
export function openPairs(folder: string): Pairs {
  const at = (name: string) => join(folder, name)
  const documents = openRecords<Document>(at('documents.jsonl'))
  const queries = openRecords<Query>(at('queries.jsonl'))
  const known = { documents, queries }
  const words = at(WORDS_FILE)
  const analyzer: AnalyzerSpec | undefined = existsSync(words)
    ? JSON.parse(readFileSync(words, 'utf8'))
    : undefined
  let judgements: Judgements | undefined
  const runs = new Map<string, Run>()
  // 21 bytes a row: it is parsed once and shared by all readers
  const runOf = (name: string) => {
    const run = runs.get(name) ?? openRun([at(name)], known)
    runs.set(name, run)
    return run
  }
  return {
    documents,
    queries,
    // a model without a named analyzer uses porter
    ...(analyzer !== undefined && analyzer.name !== 'porter' && { analyzer }),
    clicks: { [Symbol.iterator]: () => readLines<ClickPair>(at('clicks.jsonl')) },
    get judgements() {
      judgements ??= openJudgements(
        SPLITS.map((split) => at(`qrels.${split}.txt`)),
        known,
      )
      return judgements
    },
    candidates: (split) => runOf(`candidates.${split}.run`),
    firstStage: (split) => runOf(`first-stage.${split}.run`),
    close() {
      documents.close()
      queries.close()
    },
  }
}

/** Texts of the queries in the train and weak splits. */
export function* learnedTexts({ queries }: Pick<Pairs, 'queries'>): Generator<string> {
  for (const { split, text } of queries) if (split === 'train' || split === 'weak') yield text
}
