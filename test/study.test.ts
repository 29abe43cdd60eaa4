// A whole study on the tiny corpus: real stages in processes of their own.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from '@disranker/pipeline'
import { plainProgress } from '@disranker/stage'
import { checkStudy, type Section, type StudyRecipe, study } from '@disranker/study'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs, recipesByStage, studyStep } from './tiny/pipeline.ts'

const home = mkdtempSync(join(tmpdir(), 'study-'))
const said: string[] = []
const recipe: StudyRecipe = {
  seeds: [3, 13],
  resampling: { samples: 300, seed: 7 },
  teachers: { decoder: { what: 'tiny decoder' }, far: { what: 'not here', needs: 'a-model' } },
  sections: [
    {
      title: 'Objectives',
      about: 'What a student learns from.',
      arms: {
        labels: { what: 'grades' },
        hybrid: { what: 'scores', teacher: 'decoder' },
        teacher: { what: 'the teacher', teacher: 'decoder', ranks: 'teacher' },
        'decoder alone': { what: 'one of two', teacher: 'decoder', ranks: 'teacher', part: 'sft' },
        'far away': { what: 'of a model that is not here', teacher: 'far' },
      },
      compare: [['hybrid', 'labels']],
    },
    {
      title: 'Sizes and grades',
      about: 'Smaller.',
      arms: {
        served: { what: 'int8', teacher: 'decoder', ranks: 'int8', seeds: 1 },
        'labels 50 %': { what: 'half of the grades', grades: 0.5, seeds: 1 },
      },
      compare: [['labels', 'labels 50 %']],
      picture: 'latency',
    },
  ],
}
const run = (changes: Partial<StudyRecipe> = {}, signal?: AbortSignal, minutes?: number) =>
  study({
    pairs: join(home, 'pairs'),
    steps: join(home, 'steps'),
    out: join(home, 'study'),
    ...{ pipeline, script: studyStep },
    base: { recipes: recipesByStage, pretrained: recipesByStage },
    recipe: { ...recipe, ...changes },
    processes: 2,
    progress: plainProgress((line) => said.push(line), { seconds: 0 }),
    ...(signal && { signal }),
    ...(minutes !== undefined && { minutes }),
  })
/** when each complete step was finished, by its folder's name */
const finished = (): Record<string, number> => {
  const steps = join(home, 'steps')
  const names = existsSync(steps) ? readdirSync(steps) : []
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = statSync(join(steps, name, 'manifest.json'), { throwIfNoEntry: false })
      return found === undefined ? [] : [[name, found.mtimeMs]]
    }),
  )
}

beforeAll(async () => {
  vi.stubEnv('DISRANKER_BACKEND', 'wasm')
  writeCorpus(join(home, 'in'))
  await makePairs(home)
}, 60_000)
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

it('stops on a signal, goes on with what is complete, and shares the steps of arms', async () => {
  const stop = new AbortController()
  const timer = setInterval(() => {
    if (Object.keys(finished()).length >= 2) stop.abort()
  }, 20)
  await expect(run({}, stop.signal)).rejects.toThrow()
  clearInterval(timer)
  const before = finished()
  const manifest = await run()
  expect(finished()).toMatchObject(before)
  // one teacher a seed for three arms; the served student is the hybrid one of the first seed
  const kinds = Object.keys(finished()).map((name) => name.split('-')[0])
  const count = (kind: string) => kinds.filter((name) => name === kind).length
  expect([
    count('cpt'),
    count('sft'),
    count('score'),
    count('distil'),
    count('labels'),
    count('thin'),
  ]).toEqual([2, 2, 2, 2, 3, 1])
  expect(manifest.metrics).toMatchObject({
    missing: ['far away: needs the published a-model (DISRANKER_PRETRAINED)'],
  })
}, 240_000)

it('leaves figures over the seeds, with and without the lexical term', () => {
  const { sections } = JSON.parse(readFileSync(join(home, 'study', 'study.json'), 'utf8'))
  const [objectives, sizes] = sections
  expect(objectives.networkOnly.map(({ arm }: { arm: string }) => arm)).toEqual([
    'first stage',
    'labels',
    'hybrid',
    'teacher',
    'decoder alone',
  ])
  const figures = (of: string) =>
    objectives.networkOnly.find(({ arm }: { arm: string }) => arm === of).measures['ndcg@10']
  expect(figures('decoder alone').value).not.toBe(figures('teacher').value)
  // which has no lexical term as a part
  expect(objectives.lexical.map(({ arm }: { arm: string }) => arm)).not.toContain('decoder alone')
  const labels = objectives.networkOnly[1].measures['ndcg@10']
  expect(labels.bySeed).toHaveLength(2)
  expect(labels.value).toBeCloseTo((labels.bySeed[0] + labels.bySeed[1]) / 2, 12)
  expect(objectives.sentences).toHaveLength(4)
  expect(objectives.sentences[0]).toMatch(
    /^hybrid .* labels in MRR@10, by the networks alone: .* of 2 seeds\.$/,
  )
  expect(sizes.latencies.served).toMatchObject({ milliseconds: expect.any(Number) })
  const page = readFileSync(join(home, 'study', 'study.html'), 'utf8')
  expect(page.match(/<svg/g)).toHaveLength(3)
  expect(page).toContain('far away: needs the published')
  const text = readFileSync(join(home, 'study', 'study.md'), 'utf8')
  const figure = '0\\.\\d{3} ± 0\\.\\d{3} \\[0\\.\\d{3}, 0\\.\\d{3}\\]'
  expect(text).toMatch(new RegExp(`^\\| labels \\| 2 \\|( ${figure} \\|){4}$`, 'm'))
  expect(text).toContain(objectives.sentences[0])
  expect(text).toMatch(/^\| first stage \|.*\| {2}\|$/m)
  for (const [, file] of text.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
    const svg = readFileSync(join(home, 'study', file!), 'utf8')
    expect(svg).toMatch(/^<svg/)
    // a file has no page around it that would say what its colours are
    for (const [, name] of svg.matchAll(/var\((--\w+)\)/g)) expect(svg).toContain(`${name}: #`)
  }
})

it('trains nothing again, and only what a new arm needs', async () => {
  const before = finished()
  await run()
  expect(finished()).toEqual(before)
  const margin = {
    what: 'margin',
    teacher: 'decoder',
    student: { objective: { loss: 'listwise', targets: 'scores' } },
    seeds: 1,
  }
  const [section] = recipe.sections
  const sections = [{ ...section!, arms: { ...section!.arms, margin } }]
  // when its time is up nothing begins, and the report has what there is
  const { metrics } = await run({ sections }, undefined, 0)
  expect(finished()).toEqual(before)
  expect(metrics.missing).toContain('margin: 0 of 1 seeds ran, then the time was up')
  expect(metrics.queries).toBeGreaterThan(0)
  await run({ sections })
  const added = Object.keys(finished()).filter((name) => !(name in before))
  expect(added).toEqual([expect.stringMatching(/^distil-margin-3-/)])
}, 120_000)

it('says what is wrong with an arm before anything runs', async () => {
  const [section] = recipe.sections
  const sections = (arms: Section['arms']) => ({ sections: [{ ...section!, arms, compare: [] }] })
  await expect(run(sections({ slip: { what: '', student: { trainin: {} } } }))).rejects.toThrow(
    'the labels recipe of the arm "slip" (recipes/study.ts) cannot be used:\n  trainin is not known. Did you mean training?',
  )
  expect(() => checkStudy({ ...recipe, ...sections({ a: { what: '', teacher: 'nobody' } }) })).toThrow(
    'has the teacher "nobody", which is not among the teachers',
  )
  expect(() => checkStudy({ ...recipe, sections: [{ ...section!, compare: [['a', 'labels']] }] })).toThrow(
    'compares "a", which is no arm',
  )
})

it('names the step that failed, and keeps the others', async () => {
  const before = finished()
  vi.stubEnv('DISRANKER_BACKEND', 'abacus')
  const arms = { other: { what: 'other seeds', student: { wordDropout: 0.2 }, seeds: 1 } }
  const sections = [{ ...recipe.sections[0]!, arms, compare: [] }]
  await expect(run({ sections })).rejects.toThrow(/The step labels-other-3-\w+ failed: [\s\S]*abacus/)
  expect(finished()).toEqual(before)
}, 60_000)
