// The gain of the served model over the first stage by kinds of queries: by frequency, by length, by script.
// There are many slices, so their p is corrected for all of them (Holm).
import { holm } from '@disranker/ranking/holm'
import type { Tested } from '../figures/figures.ts'
import { pairedDifference, type Resampling } from '../figures/resampling.ts'
import { overall, type Part } from './ranking-metrics.ts'

export interface Slice {
  readonly by: 'views' | 'length' | 'script'
  readonly name: string
  readonly queries: number
  /** nDCG@10 */
  readonly first: number
  readonly served: number
  /** served minus first, corrected for all slices */
  readonly difference: Tested
}

/** The known facts about a query. */
export interface QueryFacts {
  readonly text: string
  /** number of times it was asked, if the log has it */
  readonly views?: number | undefined
}

/** Names of the slices of a query, by the kind of slice. */
export type SliceNames = Partial<Record<Slice['by'], string>>

/** minimal number of queries in a slice that is shown */
const LEAST = 5
/** minimal share of the queries whose views are known */
const KNOWN = 0.8

/** [queries]: the slices of each. A kind with only one slice says nothing, and is left out. */
export function nameSlices(queries: readonly QueryFacts[]): SliceNames[] {
  const ways: Readonly<Record<Slice['by'], readonly (string | undefined)[]>> = {
    views: byViews(queries),
    length: byLength(queries),
    script: queries.map(({ text }) => scriptOf(text)),
  }
  const useful = Object.entries(ways).filter(([, names]) => new Set(names.filter(Boolean)).size > 1)
  return queries.map((_, at) =>
    Object.fromEntries(useful.flatMap(([by, names]) => (names[at] === undefined ? [] : [[by, names[at]]]))),
  )
}

/** Measures every slice of at least five queries. */
export function measureSlices(
  names: readonly SliceNames[],
  served: readonly Part[],
  first: readonly Part[],
  resampling: Resampling,
): Slice[] {
  const groups = new Map<string, { by: Slice['by']; name: string; members: number[] }>()
  for (const by of ['views', 'length', 'script'] as const)
    for (const [at, of] of names.entries()) {
      const name = of[by]
      if (name === undefined) continue
      const group = groups.get(`${by} ${name}`) ?? { by, name, members: [] }
      group.members.push(at)
      groups.set(`${by} ${name}`, group)
    }
  const slices = [...groups.values()]
    .filter(({ members }) => members.length >= LEAST)
    .sort((a, b) => (a.by === b.by && a.by !== 'script' ? orderOf(a.name) - orderOf(b.name) : 0))
    .map(({ by, name, members }) => {
      const [mine, other] = [served, first].map((parts) => members.map((at) => parts[at]!)) as [
        Part[],
        Part[],
      ]
      const difference = pairedDifference(mine, other, resampling)
      return { by, name, queries: members.length, first: overall(other), served: overall(mine), difference }
    })
  const corrected = holm(slices.map(({ difference }) => difference.p))
  return slices.map((slice, at) => ({
    ...slice,
    difference: { ...slice.difference, corrected: corrected[at]! },
  }))
}

const VIEWS = ['head', 'torso', 'tail'] as const

/** head, torso, tail: the most frequent queries with a third of the views, those with the next third, the rest. */
function byViews(queries: readonly QueryFacts[]): (string | undefined)[] {
  const known = queries.filter(({ views }) => views !== undefined).length
  const nothing = queries.map(() => undefined)
  if (known < KNOWN * queries.length) return nothing
  const total = queries.reduce((sum, { views = 0 }) => sum + views, 0)
  if (total === 0) return nothing
  const names: (string | undefined)[] = nothing
  let before = 0
  const falling = queries
    .map(({ views }, at) => ({ views, at }))
    .sort((a, b) => (b.views ?? 0) - (a.views ?? 0))
  for (const { views, at } of falling) {
    if (views === undefined) continue
    names[at] = VIEWS[Math.min(2, Math.floor((3 * before) / total))]
    before += views
  }
  return names
}

/** Three parts of about equal size, by words. */
function byLength(queries: readonly QueryFacts[]): (string | undefined)[] {
  const lengths = queries.map(({ text }) => text.trim().split(/\s+/u).length)
  const sorted = [...lengths].sort((a, b) => a - b)
  const [short, middle] = [1, 2].map((third) => sorted[Math.floor((third * sorted.length) / 3)]!) as [
    number,
    number,
  ]
  return lengths.map((length) => {
    if (length < short) return `fewer than ${short} words`
    return length < middle ? `${short} to ${middle - 1} words` : `${middle} words or more`
  })
}

/** the order of slices of one kind: as they are named above */
function orderOf(name: string): number {
  const place = VIEWS.indexOf(name as (typeof VIEWS)[number])
  if (place >= 0) return place
  return name.startsWith('fewer') ? 0 : Number.parseInt(name, 10)
}

const SCRIPTS = {
  Latin: /\p{sc=Latin}/u,
  Cyrillic: /\p{sc=Cyrillic}/u,
  Greek: /\p{sc=Greek}/u,
  Arabic: /\p{sc=Arabic}/u,
  Hebrew: /\p{sc=Hebrew}/u,
  Japanese: /[\p{sc=Hiragana}\p{sc=Katakana}]/u,
  Chinese: /\p{sc=Han}/u,
  Korean: /\p{sc=Hangul}/u,
  Thai: /\p{sc=Thai}/u,
  Devanagari: /\p{sc=Devanagari}/u,
} as const

/**
 * The script of most letters; Japanese if there are kana, because Japanese mixes them with Chinese
 * characters.
 */
function scriptOf(text: string): string | undefined {
  if (SCRIPTS.Japanese.test(text)) return 'Japanese'
  const counts = new Map<string, number>()
  for (const letter of text.match(/\p{L}/gu) ?? []) {
    const script =
      Object.entries(SCRIPTS).find(([, pattern]) => pattern.test(letter))?.[0] ?? 'another script'
    counts.set(script, (counts.get(script) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}
