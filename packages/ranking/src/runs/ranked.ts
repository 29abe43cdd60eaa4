// The file `ranked.json`, which a ranking stage writes next to its runs. It describes the stage's row in the
// report. The report names no model; it reads the rows it finds.
//   runs/<split>.run            with the lexical overlap and the static bi-encoder
//   runs/cross-fitted.run       all judged queries, if few, by weights chosen without them (cross-fit.ts)
//   runs/network-only/<split>.run       the same network without them
//   runs/seed-<n>/<split>.run   the same recipe from another seed, with them
//   runs/<part>/<split>.run     each part of the row's sum alone; <part>/seed-<n> is a part from another seed
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFile } from '@disranker/stage'

/** The role of a row, by which the report's sentences compare. */
export type Role = 'teacher' | 'part' | 'labels' | 'distilled' | 'served' | 'baseline'

export interface Ranked {
  /** the row's name */
  readonly row: string
  readonly role: Role
  /** a short description */
  readonly what: string
  /** weight of the lexical overlap in the score; 0 if there is none */
  readonly lexicalWeight: number
  /** weight of the static bi-encoder in the score; undefined if there is none */
  readonly staticWeight?: number
  /**
   * the reason for having no network: the static bi-encoder ranks, with the lexical overlap. Then there are
   * no runs by the network alone
   */
  readonly networkLeftOut?: string
  /** further seeds; their runs are in `runs/seed-<n>` */
  readonly seeds?: readonly number[]
  /** the parts of its sum, as separate rows */
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

/** The row of a stage's folder; undefined when it ranks nothing. */
export function readRanked(folder: string): Ranked | undefined {
  const file = join(folder, 'ranked.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ranked) : undefined
}
