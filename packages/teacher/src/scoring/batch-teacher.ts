// A teacher that another machine runs in batches: the requests are written to a file, and the results are read from files.
// The file holds only requests without a result, so a second batch asks for the rest.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, SPLITS } from '@disranker/dataset'
import { type Item, itemsOf, type Scores, scoreSplits } from '@disranker/ranking'
import {
  type Answers,
  batchLine,
  openAnswers,
  readBatchAnswer,
  readBatchResults,
  requestsOf,
  scaled,
} from '@disranker/scorers'
import { InputError, writeWholeFile } from '@disranker/stage'
import type { BatchTeacher } from '../teacher-recipe.ts'
import { answersIn, type ScoringContext } from './scoring-context.ts'

/** failed requests that a message names */
const SHOWN = 3

/** @throws {InputError} when requests have no answer: it names the file and the command to run */
export async function scoreBatch(teacher: BatchTeacher, context: ScoringContext): Promise<Scores> {
  const { pairs, work, input, kept, queriesPerShard } = context
  const { batch } = teacher
  const requests = join(input, `${batch}.requests.jsonl`)
  const results = resultFiles(input, batch)
  const { answers: found, failed } = await readBatchResults(results)
  const answers = openAnswers(answersIn(kept), teacher)
  try {
    while (takeAnswers(teacher, pairs, found, answers) > 0);
    let missing = 0
    mkdirSync(input, { recursive: true })
    writeWholeFile(
      requests,
      missingLines(teacher, pairs, answers, () => missing++),
    )
    if (missing > 0) {
      const got =
        results.length > 0
          ? `${missing} of ${found.size + missing} requests have no answer`
          : `${missing} requests wait for their answers`
      const why = failed.length > 0 ? ` ${failed.length} failed: ${failed.slice(0, SHOWN).join('; ')}.` : ''
      const to = join(input, `${batch}.results${results.length > 0 ? `-${results.length + 1}` : ''}.jsonl`)
      throw new InputError(
        `${batch}: ${got}.${why} They are in ${requests}. Run, where the model fits: vllm run-batch -i ${batch}.requests.jsonl -o results.jsonl --model ${teacher.model ?? '<model>'}. Then copy the results to ${to} and run score again.`,
      )
    }
    rmSync(requests)
    return await scoreSplits({
      name: batch,
      pairs,
      work,
      queriesPerShard,
      score: (items) => Float64Array.from(items, (item) => scaled(teacher, answers.get(item)!)),
    })
  } finally {
    answers.close()
  }
}

/** The pairs of each query that have no answer yet. */
function* openPairs(pairs: Pairs, answers: Answers): Generator<Item[]> {
  for (const split of SPLITS)
    for (const [query, rows] of pairs.candidates(split))
      yield itemsOf(query, rows, pairs).filter((item) => answers.get(item) === undefined)
}

/**
 * Keeps the answers of the results. A request is identified by its documents, and the grouping of documents
 * depends only on the pairs answered at that time: so the same results may be read several times.
 * @returns number of answered requests
 */
function takeAnswers(
  teacher: BatchTeacher,
  pairs: Pairs,
  found: ReadonlyMap<string, unknown>,
  answers: Answers,
): number {
  let taken = 0
  for (const items of openPairs(pairs, answers))
    for (const request of requestsOf(teacher, items)) {
      if (!found.has(request.key)) continue
      const asked = request.places.map((place) => items[place]!)
      answers.put(asked, readBatchAnswer(request, found.get(request.key)))
      taken++
    }
  return taken
}

function* missingLines(
  teacher: BatchTeacher,
  pairs: Pairs,
  answers: Answers,
  count: () => void,
): Generator<Uint8Array> {
  const written = new Set<string>()
  for (const items of openPairs(pairs, answers))
    for (const request of requestsOf(teacher, items)) {
      if (written.has(request.key)) continue
      written.add(request.key)
      count()
      yield Buffer.from(batchLine(teacher, request))
    }
}

/** `<batch>.results.jsonl`, `<batch>.results-2.jsonl`, ... */
function resultFiles(folder: string, batch: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${batch}.results`) && name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name))
}
