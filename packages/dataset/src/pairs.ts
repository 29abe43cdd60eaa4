// Click log, corpus and judgements in; weighted click pairs, judged queries, candidate lists and splits out.
// Run: npx turbo run pairs
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createBm25 } from '@disranker/lexical'
import { InputError, type Manifest, runStage, writeWholeFile } from '@disranker/stage'
import type { BadRowBound } from './bad-rows.ts'
import { type CandidatesRecipe, firstStageRun, sampleQueries, trainingRun } from './candidates.ts'
import { type ClickLogRecipe, readClickLog } from './click-log.ts'
import { readDocuments, readJudged } from './corpus.ts'
import { type Evaluable, evaluable, explainEvaluable } from './evaluable.ts'
import { hashInputs } from './hash-inputs.ts'
import { type GradeRecipe, judge } from './judge.ts'
import { SPLITS, toLines } from './read-pairs.ts'
import type { Judgements, Query, Run, Split } from './records.ts'
import { writeQrels, writeRun } from './runs.ts'
import { findTable, isDiskFull, openDatabase } from './table.ts'

export interface PairsRecipe {
  readonly badRows: BadRowBound
  readonly log: Omit<ClickLogRecipe, 'badRows'>
  readonly grades: GradeRecipe
  readonly bm25: { readonly k1: number; readonly b: number }
  readonly candidates: CandidatesRecipe
}

export interface PairsOptions {
  /** folder with clicks, documents and, if there are judgements, queries and qrels.txt */
  readonly input: string
  readonly out: string
  readonly recipe: PairsRecipe
  readonly signal?: AbortSignal
}

export const CLICK_FILES = ['clicks', 'clicks.simulated']

/**
 * Leaves the folder that records.ts describes.
 * @throws {InputError} when a file is missing, empty, broken or lacks a column, too many rows are bad, or nothing is
 * left to learn from
 */
export async function pairs({ input, out, recipe, signal }: PairsOptions): Promise<Manifest> {
  const file = findTable(input, CLICK_FILES)
  if (file === undefined)
    throw new InputError(
      `${input} has no click log. Wanted: clicks.jsonl, clicks.csv or clicks.parquet with timestamp, session_id, query, doc_id, position, clicked and dwell_ms (optional).`,
    )
  return runStage({
    source: import.meta.url,
    name: 'pairs',
    out,
    inputs: {},
    facts: await hashInputs(input),
    recipe,
    signal,
    async run({ folder, scratch, progress, signal }) {
      const database = await openDatabase(scratch)
      try {
        const documents = await readDocuments(database, input, recipe.badRows, progress)
        const judged = await readJudged(database, input, documents, recipe.badRows, progress)
        const log = await readClickLog(database, file, { ...recipe.log, badRows: recipe.badRows }, progress)
        signal.throwIfAborted()
        const { queries, judgements, clicks, leaks } = judge(judged, log.pairs, recipe.grades)
        const of = (split: Split) => queries.filter((query) => query.split === split)
        const graded = (split: Split) => of(split).filter(({ id }) => judgements.has(id))
        const counts = (id: string) => [...judgements.get(id)!.values()].some((grade) => grade > 0)
        for (const split of ['train', 'validation', 'test'] as const)
          if (!graded(split).some(({ id }) => counts(id)))
            throw new InputError(
              `No ${split} query has a judgement above 0 or enough clicks, among ${queries.length} queries. Bring more of the log, lower grades.minImpressions or grades.fromWeight in the recipe, or add a queries file and qrels.txt with ${split} queries.`,
            )
        const bm25 = createBm25(
          documents.map(({ title, summary }) => `${title}. ${summary}`),
          recipe.bm25,
        )
        const { seed, rerank, train, weak } = recipe.candidates
        const run = (split: Split) => {
          if (split === 'train')
            return trainingRun(bm25, documents, graded(split), judgements, { ...train, seed })
          if (split === 'weak')
            return trainingRun(
              bm25,
              documents,
              sampleQueries(graded(split), weak.queries, seed),
              judgements,
              { ...weak, seed },
            )
          return firstStageRun(bm25, documents, graded(split), rerank)
        }
        const at = (name: string) => join(folder, name)
        const attribution = join(input, 'ATTRIBUTION.txt')
        if (existsSync(attribution)) cpSync(attribution, at('ATTRIBUTION.txt'))
        writeWholeFile(at('documents.jsonl'), toLines(documents))
        writeWholeFile(at('queries.jsonl'), toLines(queries))
        writeWholeFile(at('clicks.jsonl'), toLines(clicks))
        const measured: Record<string, Evaluable> = {}
        for (const split of SPLITS) {
          signal.throwIfAborted()
          const candidates = run(split)
          writeRun(at(`candidates.${split}.run`), candidates, 'candidates')
          if (split === 'validation' || split === 'test') {
            writeRun(at(`bm25.${split}.run`), candidates, 'bm25')
            measured[split] = checkEvaluable(split, of(split), judgements, candidates)
            for (const sentence of explainEvaluable(split, measured[split]))
              progress.say(`pairs: ${sentence}`)
          }
          writeQrels(
            at(`qrels.${split}.txt`),
            new Map(graded(split).map(({ id }) => [id, judgements.get(id)!])),
          )
          progress.say(`pairs: ${split} has ${graded(split).length} judged queries`)
        }
        return {
          documents: documents.length,
          judged: Object.fromEntries(SPLITS.map((split) => [split, graded(split).length])),
          evaluable: measured,
          clickedPairs: clicks.length,
          leaks,
          simulatedClicks: file.includes('simulated'),
          log: log.metrics,
        }
      } catch (error) {
        throw isDiskFull(error) ? Object.assign(error as Error, { code: 'ENOSPC' }) : error
      } finally {
        database.close()
      }
    },
  })
}

/**
 * Nothing that passes here makes `evaluate` fail an hour later.
 * @throws {InputError} when the first stage finds no document for any judged query of the split
 */
function checkEvaluable(
  split: Split,
  queries: readonly Query[],
  judgements: Judgements,
  candidates: Run,
): Evaluable {
  const found = evaluable(
    queries.map(({ id }) => id),
    judgements,
    candidates,
  )
  if (found.unmatched.length === found.queries.length)
    throw new InputError(
      `None of the ${found.queries.length} judged ${split} queries matches a document in the first stage (${found.queries.slice(0, 3).join(', ')}), so there is nothing to rerank. Do queries and documents have the same language, and the documents their text in title and summary?`,
    )
  return found
}
