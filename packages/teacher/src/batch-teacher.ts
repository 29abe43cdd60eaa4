// A teacher that another machine asks: the requests go into a file, the results come as files. What has no answer yet is in the
// file of requests, so a second batch asks for the rest alone.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SPLITS } from '@disranker/dataset'
import { itemsOf, type Scores, scoreSplits } from '@disranker/ranking'
import {
  batchLine,
  type PreparedRequest,
  readBatchAnswer,
  readBatchResults,
  requestsOf,
} from '@disranker/scorers'
import { InputError, writeWholeFile } from '@disranker/stage'
import type { Classroom } from './score-teachers.ts'
import type { BatchTeacher } from './teacher-recipe.ts'

/** failed requests that a message names */
const SHOWN = 3

/** @throws {InputError} when requests have no answer: it says where they lie and what to run */
export async function scoreBatch(teacher: BatchTeacher, room: Classroom): Promise<Scores> {
  const { pairs, work, input, queriesPerShard } = room
  const { batch } = teacher
  const requests = join(input, `${batch}.requests.jsonl`)
  const results = resultFiles(input, batch)
  const { answers, failed } = await readBatchResults(results)
  const counts = { all: 0, missing: 0 }
  mkdirSync(input, { recursive: true })
  writeWholeFile(requests, missingLines())
  if (counts.missing > 0) {
    const got =
      results.length > 0
        ? `${counts.missing} of ${counts.all} requests have no answer`
        : `${counts.all} requests wait for their answers`
    const why = failed.length > 0 ? ` ${failed.length} failed: ${failed.slice(0, SHOWN).join('; ')}.` : ''
    const to = join(input, `${batch}.results${results.length > 0 ? `-${results.length + 1}` : ''}.jsonl`)
    throw new InputError(
      `${batch}: ${got}.${why} They lie in ${requests}. Run, where the model fits: vllm run-batch -i ${batch}.requests.jsonl -o results.jsonl --model ${teacher.model ?? '<model>'}. Then copy the results to ${to} and run score again.`,
    )
  }
  rmSync(requests)
  return scoreSplits({
    name: batch,
    pairs,
    work,
    queriesPerShard,
    score(items) {
      const scores = new Float64Array(items.length)
      for (const request of requestsOf(teacher, items)) {
        const found = readBatchAnswer(request, answers.get(request.key))
        for (const [row, place] of request.places.entries()) scores[place] = found[row]!
      }
      return scores
    },
  })

  function* missingLines(): Generator<Uint8Array> {
    const written = new Set<string>()
    for (const request of all()) {
      counts.all++
      if (answers.has(request.key) || written.has(request.key)) continue
      written.add(request.key)
      counts.missing++
      yield Buffer.from(batchLine(teacher, request))
    }
  }

  function* all(): Generator<PreparedRequest> {
    for (const split of SPLITS)
      for (const [query, rows] of pairs.candidates(split))
        yield* requestsOf(teacher, itemsOf(query, rows, pairs))
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
