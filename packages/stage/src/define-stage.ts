// What a stage of a pipeline is, as data: its name, what it reads, and where its code is. Nothing here knows a stage by name;
// the list of stages is an argument of everything.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { z } from 'zod'
import type { Manifest } from './folder/manifest.ts'
import { InputError } from './input-error.ts'

/** the variable that has stages leave what only the report reads for a later run; 1 is yes */
export const POSTPONE = 'DISRANKER_POSTPONE'

/** What every stage function takes in addition to its input folders. */
export interface StageOptions<Recipe> {
  /** the folder to leave */
  readonly out: string
  readonly recipe: Recipe
  readonly signal?: AbortSignal
  /** leaves what only the report reads for a later run, in a stage that can */
  readonly postpone?: boolean
}

interface GivenOptions<Recipe> extends StageOptions<Recipe> {
  /** folders of the stages that it gathers, by their names */
  readonly stages: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

interface LoadedStage<Options, Recipe> {
  /** what the recipe may hold; none where there is no recipe */
  readonly schema?: z.ZodType<Recipe>
  run(options: Options): Promise<Manifest>
}

interface Definition<Reads extends Readonly<Record<string, string>>, Recipe> {
  /** one word: `turbo run <name>`, `src/<name>.ts`, `recipes/<name>.ts`, `out/<name>` */
  readonly name: string
  /** one line: what goes in -> what comes out */
  readonly about: string
  /** the package it is in: a folder of `packages/` */
  readonly home: string
  /** stages whose folders it reads, by the name that its function has for them */
  readonly reads: Reads
  /** it also reads all stages before it with this mark, as far as they are there */
  readonly gathers?: 'reported' | 'teaches' | 'embeds'
  /** the report shows what it ranked, or how it learned */
  readonly reported?: boolean
  /** it leaves a decoder, or scores of every candidate: `score` may ask it */
  readonly teaches?: boolean
  /** it leaves vectors of documents and queries: `table` may learn from them */
  readonly embeds?: boolean
  /** no stage waits long for it: it leaves the cores to others */
  readonly background?: boolean
  /** what it takes for the embedded example on two cores of the machine of the estimates */
  readonly seconds?: number
  /** the same for what it may postpone: files that only the report reads */
  readonly postpones?: number
  /** no part of a training: nothing reads it, and it runs by its own name alone */
  readonly apart?: boolean
  /** what DISRANKER_PRETRAINED must name for recipes/pretrained/<name>.ts; anything when not given */
  readonly role?: string
  /** more files of its package that turbo looks at, and variables it passes on */
  readonly files?: readonly string[]
  readonly variables?: readonly string[]
  /** variables that its result depends on */
  readonly settings?: readonly string[]
  /** what only a checkout has: folders of files that a person brings, flags of the command line */
  checkout?(): Partial<Readonly<Record<string, unknown>>>
  /** Loads the code, which takes a second where it trains. */
  load(): Promise<
    LoadedStage<{ readonly [Option in keyof NoInfer<Reads>]: string } & GivenOptions<Recipe>, Recipe>
  >
}

/** A stage whose option and recipe types are checked where it is defined, and forgotten. */
export interface StageDefinition extends Omit<Definition<Readonly<Record<string, string>>, unknown>, 'load'> {
  load(): Promise<LoadedStage<never, unknown>>
}

/** Defines a stage; its function must take the folders that it reads, by their names. */
export const defineStage = <const Reads extends Readonly<Record<string, string>>, Recipe>(
  definition: Definition<Reads, Recipe>,
): StageDefinition => definition

/** @throws {InputError} when there is none of this name */
export function findStage(stages: readonly StageDefinition[], name: string): StageDefinition {
  const found = stages.find((stage) => stage.name === name)
  if (found === undefined)
    throw new InputError(`There is no stage "${name}". Stages: ${stages.map(({ name }) => name).join(', ')}.`)
  return found
}

/** Stages whose folders a stage reads if they exist. */
export const gatheredBy = (
  stages: readonly StageDefinition[],
  { name, gathers }: StageDefinition,
): StageDefinition[] =>
  gathers === undefined
    ? []
    : stages
        .slice(
          0,
          stages.findIndex((stage) => stage.name === name),
        )
        .filter((stage) => stage[gathers])

/**
 * The folders of a stage: those it reads by name, `stages` with those it gathers, and `out`.
 * @param at the folder of a stage
 */
export function foldersOf(
  all: readonly StageDefinition[],
  stage: StageDefinition,
  at: (stage: StageDefinition) => string,
) {
  const reads = Object.entries(stage.reads).map(([option, name]) => [option, at(findStage(all, name))])
  const gathered = gatheredBy(all, stage).map((other) => [other.name, at(other)])
  const stages: Readonly<Record<string, string>> = Object.fromEntries(gathered)
  return { ...Object.fromEntries(reads), stages, out: at(stage) }
}

/** Runs a stage in any folders, with any recipe. */
export async function runDefined(
  stages: readonly StageDefinition[],
  stage: StageDefinition,
  at: (stage: StageDefinition) => string,
  {
    recipe = {},
    signal = new AbortController().signal,
    ...more
  }: { recipe?: unknown; signal?: AbortSignal; postpone?: boolean },
): Promise<Manifest> {
  const { run } = await stage.load()
  return run({ ...foldersOf(stages, stage, at), recipe, signal, ...more } as never)
}

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url))

/** Where a stage of this checkout leaves its folder. */
export const inCheckout = ({ home, name }: Pick<StageDefinition, 'home' | 'name'>): string =>
  join(PACKAGES, home, 'out', name)

/** The module of a stage. */
export const moduleOf = ({ home, name }: Pick<StageDefinition, 'home' | 'name'>): string =>
  pathToFileURL(join(PACKAGES, home, 'src', `${name}.ts`)).href

export interface StageRecipes {
  /** recipes/<name>.ts; undefined: the stage has no recipe */
  readonly own?: unknown
  /** recipes/example/<name>.ts: for the embedded example */
  readonly example?: unknown
  /** recipes/pretrained/<name>.ts: for what starts from published weights */
  readonly pretrained?: unknown
  /** recipes/try/<name>.ts: the embedded example in less than a minute */
  readonly tiny?: unknown
}

/** The recipes that lie in a stage's package. */
export async function recipesOf({ home, name }: StageDefinition): Promise<StageRecipes> {
  const found: { -readonly [Kind in keyof StageRecipes]: unknown } = {}
  for (const [key, folder] of [
    ['own', ''],
    ['example', 'example/'],
    ['pretrained', 'pretrained/'],
    ['tiny', 'try/'],
  ] as const) {
    const file = join(PACKAGES, home, 'recipes', `${folder}${name}.ts`)
    if (existsSync(file)) found[key] = (await import(pathToFileURL(file).href)).default
  }
  return found
}
