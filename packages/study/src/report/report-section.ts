// One section of a study: its rows on test and validation, the sentences on its differences, and its
// pictures.
import type { Pairs } from '@disranker/dataset'
import type { Resampling } from '@disranker/metrics'
import { drawArms, drawBy, type Point } from '../pictures/study-pictures.ts'
import { type EdgeLatency, edgeLatency } from '../run/edge-latency.ts'
import type { Section } from '../study-recipe.ts'
import { firstStageRow, type PooledRow, pooledRow, type SeedRun } from './pooled-rows.ts'
import type { SectionReport } from './study-page.ts'
import { studySentences } from './study-sentences.ts'
import { type StudyTable, studyTable } from './study-table.ts'

const FIRST_STAGE = 'first stage'

/** @param runs of the arms, for each seed; none for an arm that did not run */
export async function reportSection(
  section: Section,
  runs: ReadonlyMap<string, readonly SeedRun[]>,
  pairs: Pairs,
  resampling: Resampling,
): Promise<SectionReport & { readonly queries: number }> {
  const { title, about, arms, compare, picture } = section
  // a section may compare with an arm of another one
  const names = [...new Set([...Object.keys(arms), ...compare.flat()])].filter((name) => runs.has(name))
  const table = (split: 'test' | 'validation', lexical: boolean): StudyTable => {
    const rows: PooledRow[] = [
      firstStageRow(FIRST_STAGE, { pairs, split }),
      ...names
        // one of several teachers has only its scores
        .filter((name) => !lexical || runs.get(name)!.every(({ part }) => part === undefined))
        .map((name) => pooledRow(name, runs.get(name)!, { pairs, split, lexical })),
    ]
    return studyTable(rows, compare, resampling)
  }
  const [networkOnly, lexical, validation] = [
    table('test', false),
    table('test', true),
    table('validation', false),
  ]
  const latencies: Record<string, EdgeLatency> = {}
  for (const name of names)
    if (arms[name]?.ranks === 'int8') latencies[name] = await edgeLatency(runs.get(name)![0]!.folder, pairs)
  const pictures = [
    {
      svg: await drawArms(networkOnly.rows),
      caption:
        'By the networks alone. Dots are means over seeds, bars 95 % intervals over queries; the dashed line is the first stage.',
    },
  ]
  const points = picture === 'latency' ? byLatency(latencies) : picture === 'grades' ? byGrades(section) : []
  // arms that did not run are left out
  if (points.some(({ arm }) => runs.has(arm))) {
    const axis =
      picture === 'latency'
        ? ({ title: 'CPU ms for 50 documents at the edge', scale: 'log' } as const)
        : ({ title: 'share of the grades', scale: 'linear' } as const)
    pictures.push({
      svg: await drawBy(points, networkOnly.rows, axis),
      caption: `nDCG@10 on test by ${axis.title}.`,
    })
  }
  return {
    queries: networkOnly.queries,
    title,
    about,
    arms,
    networkOnly: networkOnly.rows,
    lexical: lexical.rows,
    validation: validation.rows,
    sentences: [
      ...studySentences(networkOnly.differences, 'by the networks alone'),
      ...studySentences(lexical.differences, 'each with the terms that are added to its network'),
    ],
    latencies,
    pictures,
  }
}

const byLatency = (latencies: Readonly<Record<string, EdgeLatency>>): Point[] =>
  Object.entries(latencies).map(([arm, { milliseconds }]) => ({ arm, line: 'int8', x: milliseconds }))

const byGrades = ({ arms }: Section): Point[] =>
  Object.entries(arms).map(([arm, { grades = 1 }]) => ({
    arm,
    // arms that differ only in the share are connected
    line: arm.replace(/ \d+ %/, ''),
    x: grades,
  }))
