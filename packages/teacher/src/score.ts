// The teachers score every candidate, labelled or not. Their standardised sum is what the student learns from (`scores/`), and
// a row of the report (`runs/`; there with the lexical overlap and without it, as every row).
// Scored shard by shard, so a killed run goes on with the next shard.
// Run: npx turbo run score
import { join } from 'node:path'
import { evaluable, type Pairs, readPairs } from '@disranker/dataset'
import { openScores, rankScored, writeRanked, writeScores, writeSplits } from '@disranker/ranking'
import { InputError, type Manifest, runStage } from '@disranker/stage'
import { createEnsemble } from './ensemble.ts'
import { ask, countPairs, type Taught, type TeacherRecipe, usedStages } from './score-teachers.ts'

export interface ScoreRecipe {
  /** whose scores are standardised and added; a weight of 'auto' is chosen on validation */
  readonly teachers: readonly TeacherRecipe[]
  readonly queriesPerShard: number
  /** most tokens in a batch, padding included: bounds the memory */
  readonly tokensPerBatch: number
  /** weight of the lexical overlap in the rows of the report: searched on validation, or a number */
  readonly lexicalWeight: 'search' | number
}

export interface ScoreOptions {
  readonly pairs: string
  /** folders of the stages that the recipe may name, by name */
  readonly stages: Readonly<Record<string, string>>
  readonly out: string
  readonly recipe: ScoreRecipe
  readonly signal?: AbortSignal
}

/**
 * Scores the candidates of every split; a decoder needs an open backend. Leaves `scores/<split>.run`, `runs/` and `ranked.json`.
 * @throws {InputError} when a teacher is missing or lacks a candidate, or none is left
 */
export function score({ pairs: pairsFolder, stages, out, recipe, signal }: ScoreOptions): Promise<Manifest> {
  const { teachers } = recipe
  return runStage({
    source: import.meta.url,
    name: 'score',
    out,
    inputs: { pairs: pairsFolder, ...usedStages(teachers, stages) },
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(pairsFolder)
      const room = { ...recipe, pairs, work, stages }
      const asked: { taught: Taught; weight: number | 'auto' }[] = []
      for (const teacher of teachers) {
        const taught = await ask(teacher, room)
        if (taught !== undefined) asked.push({ taught, weight: teacher.weight })
      }
      if (asked.length === 0)
        throw new InputError(
          'No teacher of recipes/score.ts has scores: nothing is left to learn from. Name another, or mend the stages they come from.',
        )
      const parts = asked.map(({ taught: { name, scores }, weight }) => ({ name, weight, scores }))
      const ensemble = createEnsemble(parts, pairs.judgements, isJudged(pairs))
      const { weights, standards, alone, tried } = ensemble
      const { run } = ensemble
      const sums = {
        train: run('train'),
        validation: run('validation'),
        test: run('test'),
        weak: run('weak'),
      }
      writeScores(work.folder, sums, 'teacher')
      const single = asked.length === 1
      const named = asked.map(
        ({ taught }, index) => `${taught.name} ${Number(weights[index]!.toPrecision(3))}`,
      )
      if (!single) work.progress.say(`score: weights of the teachers: ${named.join(', ')}`)
      const runs = join(work.folder, 'runs')
      const rows = single ? [] : asked.filter(({ taught }) => !taught.hasRow)
      for (const { taught } of rows)
        writeSplits(
          join(runs, taught.name),
          { validation: taught.scores.validation, test: taught.scores.test },
          taught.name,
        )
      const overlap = asked.find(({ taught }) => taught.overlap)?.taught.overlap
      const ranked = rankScored({
        name: 'teacher',
        pairs,
        lexicalWeight: overlap ? recipe.lexicalWeight : 0,
        folder: runs,
        logits: openScores(work.folder, pairs),
        overlap: overlap ?? ((items) => new Float64Array(items.length)),
      })
      writeRanked(work.folder, {
        row: 'teacher',
        role: 'teacher',
        what: single
          ? asked[0]!.taught.what
          : `sum of ${asked.length} teachers, standardised: ${named.join(', ')}`,
        lexicalWeight: ranked.lexicalWeight,
        parts: rows.map(({ taught: { name, what } }) => ({ row: `teacher_${name}`, what, folder: name })),
      })
      return {
        scored: countPairs(pairs),
        teachers: asked.map(({ taught, weight }, index) => ({
          name: taught.name,
          weight: weights[index],
          ...(weight === 'auto' && { chosenOn: 'validation' }),
          ...standards[index],
          validation: alone[index],
        })),
        ...(tried.length > 0 && { weightsTried: tried }),
        ...ranked,
      }
    },
  })
}

/** Has validation a query that a weight can be chosen on? */
function isJudged(pairs: Pairs): boolean {
  const candidates = pairs.candidates('validation')
  return evaluable([...candidates.keys()], pairs.judgements, candidates).queries.length > 0
}
