// The definition of a stage, as data: its name, its inputs, and its code. No stage is named here; the list of
// stages is a parameter of all functions.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { z } from 'zod'
import type { Manifest } from './folder/manifest.ts'
import { InputError } from './input-error.ts'

/** the variable with which stages postpone files that only the report reads; 1 means yes */
export const POSTPONE = 'DISRANKER_POSTPONE'

/** The options of every stage function in addition to its input folders. */
export interface StageOptions<Recipe> {
  /** the output folder */
  readonly out: string
  readonly recipe: Recipe
  readonly signal?: AbortSignal
  /** postpones files that only the report reads, if the stage supports it */
  readonly postpone?: boolean
}

interface GivenOptions<Recipe> extends StageOptions<Recipe> {
  /** folders of the gathered stages, by their names */
  readonly stages: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

interface LoadedStage<Options, Recipe> {
  /** the schema of the recipe; undefined if the stage has none */
  readonly schema?: z.ZodType<Recipe>
  run(options: Options): Promise<Manifest>
}

interface Definition<Reads extends Readonly<Record<string, string>>, Recipe> {
  /** one word: `turbo run <name>`, `src/<name>.ts`, `recipes/<name>.ts`, `out/<name>` */
  readonly name: string
  /** one line: inputs -> outputs */
  readonly about: string
  /** the package of the stage: a folder of `packages/` */
  readonly home: string
  /** stages whose folders it reads, by the names of its function's options */
  readonly reads: Reads
  /** it also reads all earlier stages with this mark, if they exist */
  readonly gathers?: 'reported' | 'teaches' | 'embeds'
  /** the report shows its runs or its training curve */
  readonly reported?: boolean
  /** it writes a decoder, or scores of every candidate, which `score` can use */
  readonly teaches?: boolean
  /** it writes vectors of documents and queries, which `table` can learn from */
  readonly embeds?: boolean
  /** it runs at low priority, because no stage waits long for it */
  readonly background?: boolean
  /** its seconds for the embedded example on the two cores of the reference machine */
  readonly seconds?: number
  /** the same for files that it may postpone: those that only the report reads */
  readonly postpones?: number
  /** not part of a training: no stage reads it, and it runs only by its own name */
  readonly apart?: boolean
  /** the name in DISRANKER_PRETRAINED that selects recipes/pretrained/<name>.ts; any name by default */
  readonly role?: string
  /** more inputs for turbo: files of its package, and variables */
  readonly files?: readonly string[]
  readonly variables?: readonly string[]
  /** variables that affect its result */
  readonly settings?: readonly string[]
  /** options that only a checkout has: folders of the user's files, flags of the command line */
  checkout?(): Partial<Readonly<Record<string, unknown>>>
  /** Loads the code, which takes a second for a stage that trains. */
  load(): Promise<
    LoadedStage<{ readonly [Option in keyof NoInfer<Reads>]: string } & GivenOptions<Recipe>, Recipe>
  >
}

/** A stage whose option and recipe types were checked in its definition, and are erased. */
export interface StageDefinition extends Omit<Definition<Readonly<Record<string, string>>, unknown>, 'load'> {
  load(): Promise<LoadedStage<never, unknown>>
}

/** Defines a stage; its function must have an option for each folder that it reads. */
export const defineStage = <const Reads extends Readonly<Record<string, string>>, Recipe>(
  definition: Definition<Reads, Recipe>,
): StageDefinition => definition

/** @throws {InputError} when no stage has this name */
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
 * @param at returns the folder of a stage
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

/** The output folder of a stage in this checkout. */
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
  /** recipes/pretrained/<name>.ts: for published weights */
  readonly pretrained?: unknown
  /** recipes/try/<name>.ts: the embedded example in less than a minute */
  readonly tiny?: unknown
}

/** The recipe files of a stage's package. */
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
