// What the pairs stage left, as every later stage reads it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readManifest } from '@disranker/stage'
import type { ClickPair, Document, Judgements, Query, Run, Split } from './records.ts'
import { readQrels, readRun } from './runs.ts'

export const SPLITS: readonly Split[] = ['train', 'validation', 'test', 'weak']

export interface Pairs {
  readonly documents: readonly Document[]
  /** of all splits */
  readonly queries: readonly Query[]
  /** train queries only */
  readonly clicks: readonly ClickPair[]
  /** of all splits */
  readonly judgements: Judgements
  /** what a model scores */
  candidates(split: Split): Run
  /** what the first stage found, by its own scores */
  firstStage(split: 'validation' | 'test'): Run
}

/**
 * Reads the folder of the pairs stage.
 * @throws {InputError} when the folder is missing or not complete
 */
export function readPairs(folder: string): Pairs {
  readManifest(folder)
  const at = (name: string) => join(folder, name)
  return {
    documents: readLines<Document>(at('documents.jsonl')),
    queries: readLines<Query>(at('queries.jsonl')),
    clicks: readLines<ClickPair>(at('clicks.jsonl')),
    judgements: new Map(SPLITS.flatMap((split) => [...readQrels(at(`qrels.${split}.txt`))])),
    candidates: (split) => readRun(at(`candidates.${split}.run`)),
    firstStage: (split) => readRun(at(`bm25.${split}.run`)),
  }
}

/** The records of a JSONL file that a stage wrote. */
export const readLines = <Record>(file: string): Record[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record)

/** The text of a JSONL file. */
export const toLines = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
