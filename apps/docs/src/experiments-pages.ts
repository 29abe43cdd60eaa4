// The log of experiments as one page for each day, newest first, and a page that lists all entries.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LogEntry {
  /** YYYY-MM-DD */
  readonly date: string
  readonly title: string
  readonly text: string
}

/** The entries of LOG.md: `## YYYY-MM-DD: title` and the text below it. */
export function logEntries(log: string): LogEntry[] {
  return log
    .split(/^(?=## \d{4}-\d{2}-\d{2}: )/m)
    .slice(1)
    .map((part) => {
      const [, date, title, text] = /^## (\S+): (.*)\n([\s\S]*)$/.exec(part)!
      return { date: date!, title: title!, text: text!.trim() }
    })
}

/** @returns path below the pages -> Markdown */
export function experimentsPages(root: string): Map<string, string> {
  const entries = logEntries(readFileSync(join(root, 'packages/metrics/LOG.md'), 'utf8'))
  const days = [...new Set(entries.map(({ date }) => date))].sort().reverse()
  const ofDay = (day: string) => entries.filter(({ date }) => date === day)
  const index = [
    '# Experiments',
    'All experiments, including failed ones, from [packages/metrics/LOG.md](../../../../../packages/metrics/LOG.md). Choices are made on ' +
      'validation. A figure without an interval or a number of seeds is one run.',
    ...days.map((day) =>
      [
        `## ${day}`,
        ofDay(day)
          .map(({ title }) => `- ${title}`)
          .join('\n'),
        `[Read the entries of ${day}](${day}.md)`,
      ].join('\n\n'),
    ),
    '',
  ].join('\n\n')
  const pages = days.map((day): [string, string] => [
    `experiments/${day}.md`,
    [
      `# Experiments of ${day}`,
      ...ofDay(day).flatMap(({ title, text }) => [
        `## ${title}`,
        text
          .replaceAll('](log/', '](../../../../../packages/metrics/log/')
          // headings of an entry are one level below its title
          .replaceAll(/^(#{2,5}) /gm, '$1# '),
      ]),
      '',
    ].join('\n\n'),
  ])
  return new Map([['experiments/index.md', index], ...pages])
}
