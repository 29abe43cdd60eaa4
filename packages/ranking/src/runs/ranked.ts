// The file `ranked.json`, which a ranking stage leaves next to its runs. It describes the stage's row in the report. The report
// knows no model by name; it reads the rows it finds.
//   runs/<split>.run            with the lexical overlap and the static bi-encoder
//   runs/cross-fitted.run       all judged queries by weights chosen without them, where they are few (cross-fit.ts)
//   runs/network-only/<split>.run       the same network without them
//   runs/seed-<n>/<split>.run   the same recipe from another seed, with them
//   runs/<part>/<split>.run     what the row is the sum of, each alone; <part>/seed-<n> is a part from another seed
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFile } from '@disranker/stage'

/** What a row stands for; the report's sentences compare by it. */
export type Role = 'teacher' | 'part' | 'labels' | 'distilled' | 'served' | 'baseline'

export interface Ranked {
  /** the row's name */
  readonly row: string
  readonly role: Role
  /** what it is, in a few words */
  readonly what: string
  /** weight of the lexical overlap in the score; 0: there is none */
  readonly lexicalWeight: number
  /** weight of the static bi-encoder in the score; without it there is none */
  readonly staticWeight?: number
  /** why it has no network: its static bi-encoder ranks, with the lexical overlap. Then there are no runs by the network alone */
  readonly networkLeftOut?: string
  /** further seeds; their runs are in `runs/seed-<n>` */
  readonly seeds?: readonly number[]
  /** what it is the sum of, as rows of their own */
  readonly parts?: readonly RankedPart[]
}

export interface RankedPart {
  readonly row: string
  readonly what: string
  /** of its runs, below `runs/` */
  readonly folder: string
  /** further seeds; their runs are in `seed-<n>` below that folder */
  readonly seeds?: readonly number[]
}

/** The folder of the runs by the network alone, below `runs/`; it exists if a term is added to the network. */
export const NETWORK_ONLY = 'network-only'

/** The folder of a seed's runs, below `runs/`. */
export const seedFolder = (seed: number): string => `seed-${seed}`

export const writeRanked = (folder: string, ranked: Ranked): void =>
  writeWholeFile(join(folder, 'ranked.json'), `${JSON.stringify(ranked, undefined, 2)}\n`)

/** What the folder of a stage says of its row; undefined when it ranks nothing. */
export function readRanked(folder: string): Ranked | undefined {
  const file = join(folder, 'ranked.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ranked) : undefined
}
