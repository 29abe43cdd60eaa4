// Click log, corpus and judgements in; weighted click pairs, judged queries, candidate lists and splits out.
// Run: npx turbo run pairs
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createBm25 } from '@disranker/lexical'
import { InputError, type Manifest, type Progress, runStage } from '@disranker/stage'
import type { BadRowBound } from './bad-rows.ts'
import { type CandidatesRecipe, firstStageRun, sampleQueries, trainingRun } from './candidates.ts'
import { type ClickLog, type ClickLogRecipe, findClicks, readClickLog } from './click-log.ts'
import type { ColumnMap } from './columns.ts'
import { type DocumentsRecipe, readDocuments, readJudged } from './corpus.ts'
import { type Database, isDiskFull, openDatabase, query } from './database.ts'
import { type Evaluable, evaluable, explainEvaluable } from './evaluable.ts'
import { hashInputs } from './hash-inputs.ts'
import { FORM_NAMES, findTable } from './input-files.ts'
import { type JudgeRecipe, judge } from './judge.ts'
import { SPLITS } from './read-pairs.ts'
import type { Document, Judgements, Query, Run, Split } from './records.ts'
import { writeRun } from './runs.ts'
import { writeTables } from './write-tables.ts'

export interface PairsRecipe extends JudgeRecipe {
  readonly badRows: BadRowBound
  /** your column for ours, by table */
  readonly columns: {
    readonly clicks?: ColumnMap
    readonly documents?: ColumnMap
    readonly queries?: ColumnMap
  }
  readonly documents: DocumentsRecipe
  readonly log: ClickLogRecipe
  readonly bm25: { readonly k1: number; readonly b: number }
  readonly candidates: CandidatesRecipe
}

export interface PairsOptions {
  /** folder with documents, and clicks or queries with qrels or both */
  readonly input: string
  readonly out: string
  readonly recipe: PairsRecipe
  readonly signal?: AbortSignal
}

/**
 * Leaves the folder that records.ts describes.
 * @throws {InputError} when a file is missing, empty, broken or lacks a column, too many rows are bad, or nothing is
 * left to learn from
 */
export async function pairs({ input, out, recipe, signal }: PairsOptions): Promise<Manifest> {
  const facts = await hashInputs(input)
  const clicks = findClicks(input)
  if (clicks === undefined && findTable(input, ['qrels'], ['text', 'tsv']) === undefined)
    throw new InputError(
      `${input} has neither a click log nor judgements. Wanted: clicks.jsonl with timestamp, session_id, query, doc_id, position, clicked and dwell_ms (optional), or queries.jsonl and qrels.txt, or both. Tables may be ${FORM_NAMES}.`,
    )
  return runStage({
    source: import.meta.url,
    name: 'pairs',
    out,
    inputs: {},
    facts,
    recipe,
    signal,
    async run({ folder, scratch, progress: terminal, signal }) {
      const { progress, notices } = collectNotices(terminal)
      const database = await openDatabase(scratch, '2GB', signal)
      try {
        const { badRows, columns } = recipe
        const documentFacts = await readDocuments(
          database,
          input,
          { ...recipe.documents, badRows, columns: columns.documents },
          progress,
        )
        const judged = await readJudged(database, input, { badRows, columns: columns.queries }, progress)
        const log: ClickLog =
          clicks === undefined
            ? await emptyLog(database)
            : await readClickLog(
                database,
                input,
                clicks,
                { ...recipe.log, badRows, columns: columns.clicks },
                progress,
              )
        signal.throwIfAborted()
        const outcome = await judge(database, log, recipe, progress, signal)
        const { documents, queries, judgements } = await readTables(database)
        const of = (split: Split) => queries.filter((query) => query.split === split)
        const graded = (split: Split) => of(split).filter(({ id }) => judgements.has(id))
        const counts = (id: string) => [...judgements.get(id)!.values()].some((grade) => grade > 0)
        for (const split of ['train', 'validation', 'test'] as const)
          if (!graded(split).some(({ id }) => counts(id)))
            throw new InputError(
              `No ${split} query has a judgement above 0 or enough clicks, among ${queries.length} queries. Bring more of the log, lower grades.from or grades.examined in the recipe, set splits.by to 'hash', or add a queries file and qrels.txt with ${split} queries.`,
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
        await writeTables(database, folder)
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
        }
        for (const split of SPLITS) terminal.say(`pairs: ${split} has ${graded(split).length} judged queries`)
        for (const notice of notices) terminal.say(notice)
        return {
          documents: documents.length,
          judged: Object.fromEntries(SPLITS.map((split) => [split, graded(split).length])),
          evaluable: measured,
          ...outcome,
          simulatedClicks: clicks?.path.includes('simulated') === true,
          documentFacts,
          judgedFacts: judged,
          log: log.metrics,
          notices,
        }
      } catch (error) {
        signal.throwIfAborted()
        throw isDiskFull(error) ? Object.assign(error as Error, { code: 'ENOSPC' }) : error
      } finally {
        database.close()
      }
    },
  })
}

/** What is said on the way is said again at the end, where people look, and kept for the pages. */
function collectNotices(terminal: Progress): { progress: Progress; notices: string[] } {
  const notices: string[] = []
  const progress: Progress = {
    start: terminal.start,
    update: terminal.update,
    stop: terminal.stop,
    say(line) {
      notices.push(line.split('\n')[0]!)
      terminal.say(line)
    },
  }
  return { progress, notices }
}

/** Judgements alone are enough: the tables of a log without rows. */
async function emptyLog({ connection }: Database): Promise<ClickLog> {
  await connection.run(`CREATE TABLE logged_queries (query INTEGER, key VARCHAR, text VARCHAR);
    CREATE TABLE views (query INTEGER, moment BIGINT, held_out BOOLEAN, documents INTEGER[], places INTEGER[], clicks UBIGINT)`)
  return { input: undefined, clicksOnly: false, metrics: {} }
}

interface Tables {
  readonly documents: readonly Document[]
  readonly queries: readonly Query[]
  readonly judgements: Judgements
}

async function readTables({ connection }: Database): Promise<Tables> {
  const documents = await query<{
    id: string
    title: string | null
    summary: string | null
    url: string | null
  }>(connection, 'SELECT id, title, summary, url FROM documents ORDER BY file, line')
  const judgements = new Map<string, Map<string, number>>()
  const rows = await query<{ query: string; document: string; grade: number }>(
    connection,
    'SELECT query, document, grade FROM judgements ORDER BY place',
  )
  for (const { query, document, grade } of rows) {
    const grades = judgements.get(query)
    if (grades === undefined) judgements.set(query, new Map([[document, grade]]))
    else grades.set(document, grade)
  }
  return {
    documents: documents.map(({ id, title, summary, url }) => ({
      id,
      title: title ?? '',
      summary: summary ?? '',
      ...(url !== null && { url }),
    })),
    queries: await query<Query>(connection, 'SELECT id, text, split FROM queries ORDER BY place'),
    judgements,
  }
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
