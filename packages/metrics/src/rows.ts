// The rows of the report from the folders of stages (`ranked.json`), and the pairs of rows that are compared.
// No model is named here: an added stage or a kept run is a row because its folder exists.
import { join } from 'node:path'
import { NETWORK_ONLY, type Role, readRanked, seedFolder } from '@disranker/ranking'
import { findManifest, InputError } from '@disranker/stage'

export interface RowInfo {
  readonly name: string
  readonly what: string
  readonly role: Role | 'first-stage' | 'network-only'
  /** weights of the lexical overlap and of the static bi-encoder in its scores */
  readonly lexicalWeight: number
  readonly staticWeight?: number
  /** the reason for having no network, in a row of a kind that usually has one */
  readonly networkLeftOut?: string
  /**
   * the row that this one is a variant of: the same model without the overlap, or a kept run of the same
   * stage
   */
  readonly variantOf?: string
}

/** A row and the location of its runs. */
export interface FoundRow extends RowInfo {
  /** folder of the stage that ranked it */
  readonly folder: string
  /** folder of `<split>.run` */
  readonly runs: string
  /** folders of the same recipe's runs from other seeds */
  readonly seeds: readonly { readonly seed: number; readonly runs: string }[]
}

export interface StageFolders {
  /** folders of stages, by name; one that ranked nothing gives no row */
  readonly stages: ReadonlyMap<string, string>
  /** kept runs: folders of stages, by the name of the kept run */
  readonly kept: readonly { readonly name: string; readonly folder: string }[]
}

/**
 * The rows in the folders, in the order of the folders, each followed by the same model without its overlap.
 * @throws {InputError} when two stages give their rows the same name
 */
export function findRows({ stages, kept }: StageFolders): FoundRow[] {
  const rows = [
    ...[...stages.values()].flatMap((folder) => rowsOf(folder)),
    ...kept.flatMap(({ name, folder }) => rowsOf(folder, name)),
  ]
  const seen = new Set<string>()
  for (const { name, folder } of rows) {
    if (seen.has(name))
      throw new InputError(
        `Two rows are called "${name}"; one is of ${folder}. Give one of them another name (\`row\` where the stage calls writeRanked, or the name of the kept run).`,
      )
    seen.add(name)
  }
  return rows
}

function rowsOf(folder: string, keptAs?: string): FoundRow[] {
  const ranked = readRanked(folder)
  if (ranked === undefined) return []
  const { row, role, what, lexicalWeight, staticWeight = 0, networkLeftOut, seeds = [], parts = [] } = ranked
  const name = keptAs === undefined ? row : `${row}@${keptAs}`
  const runs = join(folder, 'runs')
  const main: FoundRow = {
    name,
    what: keptAs === undefined ? what : `${what}; kept as ${keptAs}`,
    role,
    lexicalWeight,
    ...(staticWeight !== 0 && { staticWeight }),
    ...(networkLeftOut !== undefined && { networkLeftOut }),
    ...(keptAs !== undefined && { variantOf: row }),
    folder,
    runs,
    seeds: seeds.map((seed) => ({ seed, runs: join(runs, seedFolder(seed)) })),
  }
  if (keptAs !== undefined) return [main]
  const alone = parts.map(
    (part): FoundRow => ({
      name: part.row,
      what: part.what,
      role: 'part',
      lexicalWeight: 0,
      folder,
      runs: join(runs, part.folder),
      seeds: (part.seeds ?? []).map((seed) => ({ seed, runs: join(runs, part.folder, seedFolder(seed)) })),
    }),
  )
  if (networkLeftOut !== undefined || (lexicalWeight === 0 && staticWeight === 0)) return [...alone, main]
  return [
    ...alone,
    main,
    {
      name: `${name}_network`,
      what: `${name} by its network alone`,
      role: 'network-only',
      lexicalWeight: 0,
      variantOf: name,
      folder,
      runs: join(runs, NETWORK_ONLY),
      seeds: [],
    },
  ]
}

/**
 * The manifest of a complete folder that did its work; undefined for one that does not exist, did no work, or
 * postponed some.
 */
export function completed(folder: string) {
  const manifest = findManifest(folder)
  return manifest?.metrics.leftOut === undefined && !manifest?.postponed ? manifest : undefined
}

/** Pairs [row, other] that the report compares: row minus other. */
export function comparisons(rows: readonly RowInfo[]): (readonly [string, string])[] {
  const first = rows.filter(({ role }) => role === 'first-stage')
  // a kept run is compared with the run that replaced it, not with every other row
  const current = rows.filter(({ name }) => !name.includes('@'))
  const of = (role: RowInfo['role']) => current.filter((row) => row.role === role)
  const networkOnly = (row: RowInfo) => {
    const networkOnly = current.filter(
      ({ role, variantOf }) => role === 'network-only' && variantOf === row.name,
    )
    return networkOnly.length > 0 ? networkOnly : [row]
  }
  const pairs = (left: readonly RowInfo[], right: readonly RowInfo[]) =>
    left.flatMap((row) => right.map((other) => [row.name, other.name] as const))
  const all = [
    ...pairs(
      rows.filter(({ role }) => role !== 'first-stage'),
      first,
    ),
    ...pairs(of('distilled'), of('labels')),
    ...pairs(of('distilled').flatMap(networkOnly), of('labels').flatMap(networkOnly)),
    ...pairs(of('teacher'), of('labels')),
    ...pairs(of('teacher'), of('part')),
    ...pairs(of('served'), of('distilled')),
    ...pairs(of('served'), of('baseline')),
    ...rows.flatMap((row) =>
      rows
        .filter(({ name }) => name === row.variantOf)
        .map((main) =>
          row.role === 'network-only' ? ([main.name, row.name] as const) : ([row.name, main.name] as const),
        ),
    ),
  ]
  return [...new Map(all.map((pair) => [pair.join(' '), pair])).values()]
}
