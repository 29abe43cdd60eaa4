// Runs a study: trains every arm from every seed, then compares their runs with the judgements.
// Run: npx turbo run study
import { basename, join } from 'node:path'
import { readPairs } from '@disranker/dataset'
import { standaloneSvg } from '@disranker/page'
import {
  codeOf,
  defaultProgress,
  hashCode,
  type Manifest,
  moduleOf,
  type Progress,
  readManifest,
  runStage,
  type StageDefinition,
  writeWholeFile,
} from '@disranker/stage'
import { type BaseRecipes, planArm, type StudiedPipeline, studiedPipeline } from './arms.ts'
import { createPlan, type Plan } from './plan.ts'
import type { SeedRun } from './report/pooled-rows.ts'
import { reportSection } from './report/report-section.ts'
import { studyMarkdown } from './report/study-markdown.ts'
import { pictureFile, type StudyReport, studyPage } from './report/study-page.ts'
import { isComplete, runPlan } from './run/run-plan.ts'
import { stepStages } from './run/steps.ts'
import { neededBy, type StudyRecipe } from './study-recipe.ts'

export interface StudyOptions {
  /** folder of the pairs stage */
  readonly pairs: string
  /** folder of the steps: complete ones are not run again */
  readonly steps: string
  readonly out: string
  /** the stages of its steps */
  readonly pipeline: readonly StageDefinition[]
  /** the module of a step's process: calls `answerStep` with the same pipeline */
  readonly script: string
  readonly base: BaseRecipes
  readonly recipe: StudyRecipe
  /** steps at a time */
  readonly processes: number
  /**
   * no step begins later than this many minutes after the first: the report covers the complete steps, and
   * lists the others
   */
  readonly minutes?: number
  /** names of the available models, for arms that need one */
  readonly models?: ReadonlySet<string>
  readonly signal?: AbortSignal
  readonly progress?: Progress
}

/**
 * Writes `study.json`, `study.html`, `study.md` with separate pictures, and the steps to their own folder.
 * @throws {InputError} when a step fails; complete ones stay
 */
export async function study(options: StudyOptions): Promise<Manifest> {
  const { recipe, processes, minutes, progress = defaultProgress() } = options
  const signal = options.signal ?? new AbortController().signal
  const plan = createPlan({
    data: readManifest(options.pairs).content,
    code: await stepCode(options.pipeline),
  })
  const { planned, missing } = planArms(plan, await studiedPipeline(options.pipeline), options)
  await runPlan(plan.steps, {
    folder: options.steps,
    pairs: options.pairs,
    script: options.script,
    processes,
    ...(minutes !== undefined && { seconds: 60 * minutes }),
    progress,
    signal,
  })
  const runs = new Map<string, readonly SeedRun[]>()
  for (const [name, all] of planned) {
    const complete = all.filter(({ folder }) => isComplete(folder))
    if (complete.length > 0) runs.set(name, complete)
    if (complete.length < all.length)
      missing.push(`${name}: ${complete.length} of ${all.length} seeds ran, then the time was up`)
  }
  return runStage({
    source: import.meta.url,
    name: 'study',
    out: options.out,
    inputs: {
      pairs: options.pairs,
      ...Object.fromEntries([...runs.values()].flat().map(({ folder }) => [basename(folder), folder])),
    },
    recipe,
    signal,
    progress,
    async run(work) {
      const pairs = work.closeLater(readPairs(options.pairs))
      const report: { -readonly [key in keyof StudyReport]: StudyReport[key] } = {
        queries: 0,
        seeds: recipe.seeds,
        sections: [],
        missing,
      }
      for (const section of recipe.sections) {
        if (!Object.keys(section.arms).some((name) => runs.has(name))) continue
        signal.throwIfAborted()
        const { queries, ...told } = await reportSection(section, runs, pairs, recipe.resampling)
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
      writeWholeFile(join(work.folder, 'study.md'), studyMarkdown(report))
      for (const { title, pictures } of report.sections)
        for (const [at, { svg }] of pictures.entries())
          writeWholeFile(join(work.folder, pictureFile(title, at)), standaloneSvg(svg))
      return { queries: report.queries, steps: plan.steps.length, missing }
    },
  })
}

/** Adds the steps of every arm; returns the ranking steps, by arm, and the arms that cannot run. */
function planArms(
  plan: Plan,
  pipeline: StudiedPipeline,
  { base, recipe, models = new Set(), steps }: Pick<StudyOptions, 'base' | 'recipe' | 'models' | 'steps'>,
) {
  const planned = new Map<string, SeedRun[]>()
  const missing: string[] = []
  const arms = recipe.sections.flatMap(({ arms }) => Object.entries(arms))
  // one seed of every arm before the next seed: a stopped study has its comparisons
  for (const [at, seed] of recipe.seeds.entries())
    for (const [name, arm] of arms) {
      const lacking = neededBy(arm, recipe).filter((model) => !models.has(model))
      if (lacking.length > 0 && at === 0)
        missing.push(`${name}: needs the published ${lacking.join(' and ')} (DISRANKER_PRETRAINED)`)
      if (lacking.length > 0 || at >= (arm.seeds ?? recipe.seeds.length)) continue
      const folder = join(steps, planArm(plan, pipeline, base, recipe, [name, arm], seed))
      const run = { seed, folder, ...(arm.part !== undefined && { part: arm.part }) }
      planned.set(name, [...(planned.get(name) ?? []), run])
    }
  return { planned, missing }
}

/** A step is run again when code that its stage reaches has changed, in any package. */
async function stepCode(pipeline: readonly StageDefinition[]): Promise<Readonly<Record<string, string>>> {
  const code: Record<string, string> = {}
  for (const stage of stepStages(pipeline)) code[stage.name] = hashCode(await codeOf(moduleOf(stage)))
  return code
}
