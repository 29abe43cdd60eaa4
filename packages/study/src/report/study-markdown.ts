// The study as text for packages/metrics/LOG.md: a table and sentences for each section. Pictures are
// separate files.
import { nameOf, plain } from '@disranker/metrics'
import { STUDY_MEASURE_NAMES } from './pooled-rows.ts'
import { pictureFile, type StudyReport } from './study-page.ts'
import { spreadText } from './study-sentences.ts'
import type { StudyRow } from './study-table.ts'

export function studyMarkdown({ queries, seeds, sections, missing }: StudyReport): string {
  const lines = [
    `${queries} queries of test, seeds ${seeds.join(', ')}. A figure is the mean over the seeds of its arm, behind ± their standard deviation, in brackets the 95 % interval over queries.`,
    ...sections.flatMap(({ title, about, networkOnly, lexical, latencies, sentences, pictures }) => {
      const lexicalOf = (row: StudyRow) => lexical.find(({ arm }) => arm === row.arm)
      const timed = Object.keys(latencies).length > 0
      const table = networkOnly.map((row) => [
        row.arm,
        String(row.measures['ndcg@10'].bySeed.length),
        ...STUDY_MEASURE_NAMES.map((name) => figureOf(row, name)),
        ...STUDY_MEASURE_NAMES.map((name) => figureOf(lexicalOf(row), name)),
        ...(timed ? [row.arm in latencies ? plain(latencies[row.arm]!.milliseconds, 1) : ''] : []),
      ])
      const heads = [
        'arm',
        'seeds',
        ...STUDY_MEASURE_NAMES.map((name) => `${nameOf(name)}, network alone`),
        ...STUDY_MEASURE_NAMES.map((name) => `${nameOf(name)}, with the terms that are added`),
        ...(timed ? ['ms for 50 documents'] : []),
      ]
      return [
        `### ${title}`,
        about,
        [heads, heads.map(() => '---'), ...table].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
        sentences.map((sentence) => `- ${sentence}`).join('\n'),
        ...pictures.map(({ caption }, at) => `![${caption}](${pictureFile(title, at)})`),
      ]
    }),
    ...(missing.length > 0 ? ['Not run:', missing.map((line) => `- ${line}`).join('\n')] : []),
  ]
  return `${lines.filter((line) => line !== '').join('\n\n')}\n`
}

function figureOf(row: StudyRow | undefined, name: (typeof STUDY_MEASURE_NAMES)[number]): string {
  if (row === undefined) return ''
  const { low, high, bySeed } = row.measures[name]
  return `${spreadText(bySeed)} [${plain(low)}, ${plain(high)}]`
}
