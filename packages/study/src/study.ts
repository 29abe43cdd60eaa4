// The study: trains every arm from every seed, then lays their runs against the judgements.
// Run: npx turbo run study
import { join } from 'node:path'
import { readPairs } from '@disranker/dataset'
import {
  defaultProgress,
  hashOwnCode,
  type Manifest,
  type Progress,
  readManifest,
  runStage,
  writeWholeFile,
} from '@disranker/stage'
import { type BaseRecipes, planArm } from './arms.ts'
import { createPlan } from './plan.ts'
import { reportSection } from './report-section.ts'
import { runPlan } from './run-plan.ts'
import type { StepStage } from './steps.ts'
import { type StudyReport, studyPage } from './study-page.ts'
import type { Arm, StudyRecipe } from './study-recipe.ts'

export interface StudyOptions {
  /** folder of the pairs stage */
  readonly pairs: string
  /** folder of the steps: what is complete in it is not run again */
  readonly steps: string
  readonly out: string
  readonly base: BaseRecipes
  readonly recipe: StudyRecipe
  /** steps at a time */
  readonly processes: number
  /** names of the models that are there, for arms that need one */
  readonly models?: ReadonlySet<string>
  readonly signal?: AbortSignal
  readonly progress?: Progress
}

/**
 * Leaves `study.json` and `study.html`, and the steps in their own folder.
 * @throws {InputError} when a step fails; those that are complete stay
 */
export async function study(options: StudyOptions): Promise<Manifest> {
  const { base, recipe, processes, models = new Set(), progress = defaultProgress() } = options
  const signal = options.signal ?? new AbortController().signal
  const plan = createPlan({ data: readManifest(options.pairs).content, code: stepCode() })
  const missing: string[] = []
  // keys of the steps that rank, a seed each, by arm
  const ranking = new Map<string, readonly string[]>()
  for (const entry of recipe.sections.flatMap(({ arms }) => Object.entries(arms))) {
    const [name, arm] = entry
    const needs = neededBy(arm, recipe).filter((model) => !models.has(model))
    if (needs.length > 0) {
      missing.push(`${name}: there is no model "${needs.join('" and "')}"`)
      continue
    }
    const seeds = recipe.seeds.slice(0, arm.seeds)
    ranking.set(
      name,
      seeds.map((seed) => planArm(plan, base, recipe, entry, seed)),
    )
  }
  await runPlan(plan.steps, { folder: options.steps, pairs: options.pairs, processes, progress, signal })
  const folders = new Map(
    [...ranking].map(([name, keys]) => [name, keys.map((key) => join(options.steps, key))]),
  )
  return runStage({
    source: import.meta.url,
    name: 'study',
    out: options.out,
    inputs: {
      pairs: options.pairs,
      ...Object.fromEntries(
        [...folders.values()].flat().map((folder) => [folder.split('/').at(-1)!, folder]),
      ),
    },
    recipe,
    signal,
    progress,
    async run(work) {
      const pairs = readPairs(options.pairs)
      const report: { -readonly [key in keyof StudyReport]: StudyReport[key] } = {
        queries: 0,
        seeds: recipe.seeds,
        sections: [],
        missing,
      }
      for (const section of recipe.sections) {
        signal.throwIfAborted()
        const { queries, ...told } = await reportSection(section, folders, pairs, recipe.resampling)
        report.queries = queries
        report.sections = [...report.sections, told]
        for (const sentence of told.sentences) work.progress.say(`- ${sentence}`)
      }
      const data = report.sections.map(({ pictures: _, ...section }) => section)
      const json = JSON.stringify(
        { format: 'disranker-study', version: 1, ...report, sections: data },
        undefined,
        2,
      )
      writeWholeFile(join(work.folder, 'study.json'), `${json}\n`)
      writeWholeFile(join(work.folder, 'study.html'), studyPage(report))
      return { queries: report.queries, steps: plan.steps.length, missing }
    },
  })
}

const neededBy = ({ needs, teacher }: Arm, { teachers }: StudyRecipe): string[] =>
  [needs, teacher === undefined ? undefined : teachers[teacher]!.needs].filter((model) => model !== undefined)

/** A step is redone when the code of its own package changed; comments do not count. */
function stepCode(): Readonly<Record<StepStage, string>> {
  const of = (name: string) => hashOwnCode(import.meta.resolve(name))
  const [teacher, student, onnx] = ['@disranker/teacher', '@disranker/student', '@disranker/onnx'].map(
    of,
  ) as [string, string, string]
  return {
    thin: hashOwnCode(import.meta.resolve('./thin-grades.ts')),
    cpt: teacher,
    sft: teacher,
    score: teacher,
    labels: student,
    distil: student,
    'bag-of-words': student,
    towers: student,
    convert: onnx,
    quantize: onnx,
  }
}
