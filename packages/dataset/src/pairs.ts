// Turns click log, corpus and judgements into weighted click pairs, judged queries, candidate lists and
// splits.
// Run: npx turbo run pairs
import { cpSync, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  findManifest,
  InputError,
  type Manifest,
  type Progress,
  runStage,
  type StageOptions,
  type Work,
  writeWholeFile,
} from '@disranker/stage'
import { type CandidatesOptions, judgedNumbers, writeCandidates } from './candidates/candidates.ts'
import { findOwnDocuments, type OwnDocuments } from './candidates/own-documents.ts'
import { chooseWords, type WordLists } from './corpus/choose-words.ts'
import { readDocuments, readJudged } from './corpus/corpus.ts'
import { type Database, isDiskFull, openDatabase, query, queryOne } from './database/database.ts'
import { writeTables } from './database/write-tables.ts'
import { openFirstStage } from './first-stage/first-stage.ts'
import { type ImportedRun, readImportedRun } from './first-stage/imported-run.ts'
import { hashInputs } from './input/hash-inputs.ts'
import { FORM_NAMES } from './input/input-files.ts'
import { explainUnread, findInput, type InputFolder } from './input/input-folder.ts'
import { gatherFacts } from './inspect/data-facts.ts'
import { inspectPage } from './inspect/inspect-page.ts'
import { judge } from './judgements/judge.ts'
import { type ClickLog, readClickLog } from './log/click-log.ts'
import { refuseToForget } from './log/forget.ts'
import { readUbi, ubiOf } from './log/ubi.ts'
import { readViewLog } from './log/view-log.ts'
import type { PairsRecipe } from './pairs-recipe.ts'
import { writeLogFacts } from './records/log-facts.ts'
import { openPairs, type Pairs, SPLITS } from './records/read-pairs.ts'
import { type Evaluable, evaluable, explainEvaluable, summariseEvaluable } from './runs/evaluable.ts'
import { openRun } from './runs/stored-run.ts'

export interface PairsOptions extends StageOptions<PairsRecipe> {
  /** folder with documents, and clicks or queries with qrels or both */
  readonly input: string
}

/**
 * Writes the folder that records.ts describes.
 * @throws {InputError} when a file is missing, empty, broken or lacks a column, too many rows are bad, or no
 * query is left to train on
 */
export async function pairs(options: PairsOptions): Promise<Manifest> {
  const { input, out, recipe } = options
  const files = findInput(input)
  const facts = await hashInputs(files)
  const logs = [files.clicks, ubiOf(files)?.events, files.views].filter((log) => log !== undefined)
  if (logs.length > 1)
    throw new InputError(
      `${input} has ${logs.length} logs: ${logs.map(({ path }) => basename(path)).join(', ')}. Wanted: one. Remove the others.`,
    )
  if (logs.length === 0 && files.queries === undefined && files.qrels === undefined)
    throw new InputError(
      `${input} has neither a click log nor judgements. Wanted: clicks.jsonl with timestamp, session_id, query, doc_id, position, clicked and dwell_ms (optional), or queries.jsonl and qrels.txt, or both. Put them there. Tables may be ${FORM_NAMES}.${explainUnread(
        files,
      )
        .map((line) => ` ${line}`)
        .join('')}`,
    )
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'pairs',
    inputs: {},
    facts,
    async run({ progress: terminal, ...stage }) {
      const { folder } = stage
      const { progress, notices } = collectNotices(terminal, input)
      const attribution = join(input, 'ATTRIBUTION.txt')
      if (existsSync(attribution)) cpSync(attribution, join(folder, 'ATTRIBUTION.txt'))
      const work = { ...stage, progress }
      for (const line of explainUnread(files)) progress.say(line)
      const { first, own, facts, metrics } = await readInput({ ...work, files, recipe })
      const found = await findCandidates({ ...work, recipe, first, own, lists: files })
      const { clickModel, clickedPairs, log } = metrics
      const { documents } = found
      const moved = clickModel?.moved
      writeWholeFile(
        join(folder, 'inspect.html'),
        await inspectPage({ ...facts, documents, clickedPairs, clickModel, moved, log, notices }),
      )
      for (const split of SPLITS) terminal.say(`pairs: ${split} has ${found.judged[split]} judged queries`)
      for (const notice of notices) terminal.say(notice)
      terminal.say(`pairs: what is in the data, and what was left out: ${join(out, 'inspect.html')}`)
      return {
        ...found,
        ...metrics,
        // a file of that name in the user's folder is the user's own
        simulatedClicks: findManifest(input)?.stage === 'example',
        notices,
      }
    },
  })
}

/** Makes the files that records.ts describes from the user's files, except candidates. */
async function readInput({
  files,
  recipe,
  folder,
  scratch,
  progress,
  signal,
}: Pick<PairsOptions, 'recipe'> & Work & { readonly files: InputFolder }) {
  const database = await openDatabase(scratch, { signal, progress })
  try {
    const { badRows, columns } = recipe
    const documentFacts = await readDocuments(
      database,
      files,
      { ...recipe.documents, badRows, columns: columns.documents },
      progress,
    )
    const judgedFacts = await readJudged(
      database,
      files,
      {
        badRows,
        columns: columns.queries,
        judgements: { columns: columns.judgements, grades: recipe.judgements.grades },
      },
      scratch,
      progress,
    )
    const log = await readLog({ database, files, recipe, scratch, progress })
    signal.throwIfAborted()
    const { rerank, train, weak, unlabelled } = recipe.candidates
    const outcome = await judge(database, log, recipe, progress, signal, unlabelled?.queries ?? 0)
    await checkSplits(database)
    const own = await findOwnDocuments(database, progress)
    await writeTables(database, folder)
    const depth = Math.max(rerank, train.depth, weak.depth, unlabelled?.depth ?? 0)
    const options = { badRows, depth, file: join(scratch, IMPORTED), scratch }
    const first = await readImportedRun(database, files.run, options, progress)
    const facts = await gatherFacts(database, outcome.clickModel?.examination ?? [])
    return { first, own, facts, metrics: { ...outcome, documentFacts, judgedFacts, log: log.metrics } }
  } catch (error) {
    signal.throwIfAborted()
    throw isDiskFull(error) ? Object.assign(error as Error, { code: 'ENOSPC' }) : error
  } finally {
    database.close()
  }
}

/** Reads the log in any of its forms. */
async function readLog({
  database,
  files,
  recipe,
  scratch,
  progress,
}: Pick<PairsOptions, 'recipe'> &
  Pick<Work, 'scratch' | 'progress'> & {
    readonly database: Database
    readonly files: InputFolder
  }): Promise<ClickLog> {
  const { views, forget } = files
  if (views !== undefined) {
    refuseToForget(forget, views)
    return readViewLog(database, views, recipe.log, progress)
  }
  const ubi = ubiOf(files)
  const clicks =
    ubi === undefined ? files.clicks : await readUbi(database, ubi, scratch, recipe.badRows, progress)
  if (clicks === undefined) return emptyLog(database)
  const { badRows, columns, log } = recipe
  return readClickLog(database, clicks, forget, { ...log, badRows, columns: columns.clicks }, progress)
}

/** @throws {InputError} when a split has no query to train on, or none to measure */
async function checkSplits({ connection }: Database): Promise<void> {
  const there = await query<{ split: string }>(
    connection,
    'SELECT DISTINCT split FROM judgements WHERE grade > 0',
  )
  const { queries } = await queryOne<{ queries: number }>(
    connection,
    'SELECT count(*)::DOUBLE AS queries FROM queries',
  )
  for (const split of ['train', 'validation', 'test'])
    if (!there.some((row) => row.split === split))
      throw new InputError(
        `No ${split} query has a judgement above 0 or enough clicks, among ${queries} queries. Bring more of the log, lower grades.from or grades.examined in the recipe, set splits.by to 'hash', or add a queries file and qrels.txt with ${split} queries.`,
      )
}

/** the imported run, in the scratch folder */
const IMPORTED = 'imported.run'

/** Repeats all messages of the stage at the end, where users look, and keeps them for the pages. */
function collectNotices(terminal: Progress, input: string): { progress: Progress; notices: string[] } {
  const notices: string[] = []
  const progress: Progress = {
    start: terminal.start,
    update: terminal.update,
    stop: terminal.stop,
    say(line) {
      // the content of the folder does not depend on the location of the files
      notices.push(line.split('\n')[0]!.replaceAll(join(input, '/'), ''))
      terminal.say(line)
    },
  }
  return { progress, notices }
}

/** Makes the tables of a log without rows, because judgements alone are enough. */
async function emptyLog({ connection }: Database): Promise<ClickLog> {
  await connection.run(`CREATE TABLE logged_queries (query INTEGER, key VARCHAR, text VARCHAR);
    CREATE TABLE views (query INTEGER, moment BIGINT, held_out BOOLEAN, documents INTEGER[], positions INTEGER[], clicks BIGINT)`)
  return { input: undefined, clicksOnly: false, metrics: {} }
}

/** Writes the candidates of all splits; the other files of the folder exist. */
async function findCandidates({
  folder,
  scratch,
  recipe,
  first,
  own,
  lists,
  progress,
  signal,
  closeLater,
}: {
  readonly recipe: PairsRecipe
  readonly first: ImportedRun | undefined
  readonly own: OwnDocuments
  readonly lists: WordLists
} & Work) {
  const pairs = closeLater(openPairs(folder))
  const analyzer = chooseWords(recipe.words, pairs.documents, lists, folder, progress)
  const documents = pairs.documents.length
  const index = async () => {
    progress.start('pairs: indexing', documents, 'documents')
    const stage = await openFirstStage({
      documents: join(folder, 'documents.jsonl'),
      ...recipe.bm25,
      analyzer,
      signal,
      onIndexed: (done) => progress.update(done),
    })
    progress.update(documents)
    progress.stop()
    return stage
  }
  let opened: ReturnType<typeof index> | undefined
  const options: CandidatesOptions = {
    folder,
    pairs,
    imported: first && openRun([join(scratch, IMPORTED)], pairs),
    own,
    name: first?.name ?? 'bm25',
    bm25() {
      opened ??= index()
      return opened
    },
    recipe: recipe.candidates,
    progress,
    signal,
  }
  try {
    const evaluable: Record<string, unknown> = {}
    const candidates: Record<string, number> = {}
    const judged: Record<string, number> = {}
    for (const split of SPLITS) {
      judged[split] = judgedNumbers(pairs, split).length
      candidates[split] = await writeCandidates(split, options)
      if (split !== 'validation' && split !== 'test') continue
      const found = checkEvaluable(split, pairs)
      evaluable[split] = summariseEvaluable(found)
      for (const sentence of explainEvaluable(split, found)) progress.say(`pairs: ${sentence}`)
    }
    writeLogFacts(folder, pairs)
    return { documents, judged, candidates, evaluable, firstStage: options.name, analyzer: analyzer.name }
  } finally {
    await (await opened?.catch(() => undefined))?.close()
  }
}

/**
 * Checks everything that would make `evaluate` fail an hour later.
 * @throws {InputError} when the first stage finds no document for any judged query of the split
 */
function checkEvaluable(split: 'validation' | 'test', pairs: Pairs): Evaluable {
  const ids = Array.from(judgedNumbers(pairs, split), (number) => pairs.queries.idOf(number))
  const found = evaluable(ids, pairs.judgements, pairs.firstStage(split))
  if (found.unmatched.length === found.queries.length)
    throw new InputError(
      `None of the ${found.queries.length} judged ${split} queries matches a document in the first stage (${found.queries.slice(0, 3).join(', ')}), so there is nothing to rerank. Do queries and documents have the same language, and the documents their text in title and summary?`,
    )
  return found
}
