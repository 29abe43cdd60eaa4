// The river: which stage stands in which package and reads what others left. The one place where this is written: the
// command lines and the tests take their folders from here, and a test holds turbo.json to it.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Course {
  /** the package whose `src/<stage>.ts` it is, and in whose `out/<stage>` it leaves its folder */
  readonly package: string
  /** stages whose folders it reads, by the name that its function has for them */
  readonly inputs: Readonly<Record<string, string>>
}

export const RIVER = {
  example: { package: 'example', inputs: {} },
  // a log of your own in packages/dataset/in takes the place of the example
  pairs: { package: 'dataset', inputs: { input: 'example' } },
  'pseudo-queries': { package: 'dataset', inputs: { pairs: 'pairs' } },
  features: { package: 'sentence-encoder', inputs: { pairs: 'pairs', pseudo: 'pseudo-queries' } },
  heads: {
    package: 'sentence-encoder',
    inputs: { pairs: 'pairs', pseudo: 'pseudo-queries', features: 'features' },
  },
  cpt: { package: 'teacher', inputs: { pairs: 'pairs' } },
  sft: { package: 'teacher', inputs: { pairs: 'pairs', teacher: 'cpt' } },
  'bi-encoder': { package: 'teacher', inputs: { pairs: 'pairs' } },
  score: { package: 'teacher', inputs: { pairs: 'pairs' } },
  labels: { package: 'student', inputs: { pairs: 'pairs', towers: 'towers' } },
  towers: { package: 'student', inputs: { pairs: 'pairs' } },
  'bag-of-words': { package: 'student', inputs: { pairs: 'pairs' } },
  table: { package: 'student', inputs: { pairs: 'pairs', pseudo: 'pseudo-queries', towers: 'towers' } },
  distil: { package: 'student', inputs: { pairs: 'pairs', scores: 'score', towers: 'table' } },
  convert: { package: 'onnx', inputs: { student: 'distil' } },
  quantize: { package: 'onnx', inputs: { student: 'distil', converted: 'convert', pairs: 'pairs' } },
  evaluate: { package: 'metrics', inputs: { pairs: 'pairs' } },
} as const satisfies Record<string, Course>

export type StageName = keyof typeof RIVER

/** Stages that the report looks into, in the order of its rows: for what they ranked, or for how they learned. */
export const REPORTED = [
  'bag-of-words',
  'towers',
  'features',
  'heads',
  'table',
  'cpt',
  'sft',
  'bi-encoder',
  'score',
  'labels',
  'distil',
  'quantize',
] as const satisfies readonly StageName[]

/** Stages that `score` may ask: a decoder, or what leaves scores of every candidate. */
export const TEACHING = [
  'sft',
  'bi-encoder',
  'features',
  'heads',
  'towers',
  'bag-of-words',
] as const satisfies readonly StageName[]

/** Stages that leave vectors of documents and queries, which `table` may learn from. */
export const EMBEDDING = ['features', 'heads'] as const satisfies readonly StageName[]

type Inputs<Name extends StageName> = { readonly [key in keyof (typeof RIVER)[Name]['inputs']]: string }

/**
 * The folders of a stage: its inputs by name, and `out`.
 * @param at the folder of a stage
 */
export function foldersOf<Name extends StageName>(
  name: Name,
  at: (stage: StageName) => string,
): Inputs<Name> & { readonly out: string } {
  const inputs = Object.entries(RIVER[name].inputs).map(([input, stage]) => [input, at(stage as StageName)])
  return { ...(Object.fromEntries(inputs) as Inputs<Name>), out: at(name) }
}

/**
 * Where the stages of a checkout leave their folders.
 * @param module `import.meta.url` of a file in `packages/<name>/src`
 */
export const inCheckout =
  (module: string) =>
  (stage: StageName): string =>
    join(fileURLToPath(new URL('../..', new URL('.', module))), RIVER[stage].package, 'out', stage)

const named = (stages: readonly StageName[], at: (stage: StageName) => string): Record<string, string> =>
  Object.fromEntries(stages.map((stage) => [stage, at(stage)]))

/** The folders of the stages that the report looks into. */
export const reportedFolders = (at: (stage: StageName) => string) => named(REPORTED, at)

/** The folders of the stages that `score` may ask. */
export const teachingFolders = (at: (stage: StageName) => string) => named(TEACHING, at)

/** The folders of the stages that `table` may learn from. */
export const embeddingFolders = (at: (stage: StageName) => string) => named(EMBEDDING, at)
