// The card of a hub repository: what a model is made of, what it is worth with intervals, its recipe and every file's hash.
import { existsSync, readFileSync } from 'node:fs'
import type { Manifest } from '@disranker/stage'

export interface HubCard {
  readonly title: string
  /** as SPDX has it */
  readonly licence: string | undefined
  /** what it started from, as the hub calls it */
  readonly base?: string | undefined
  /** config.json of the model */
  readonly config: {
    readonly architectures?: readonly string[]
    readonly num_hidden_layers?: number
    readonly hidden_size?: number
  }
  /** paragraphs */
  readonly about: readonly string[]
  /** lines of the table of figures */
  readonly figures: readonly string[]
  readonly made: Manifest
  /** a sentence behind what it is made of */
  readonly quality?: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

/** Markdown. */
export function hubCard({
  title,
  licence,
  base,
  config,
  about,
  figures,
  made,
  quality,
  files,
}: HubCard): string {
  const inputs = Object.entries(made.inputs).map(([name, hash]) => `${name} \`${hash.slice(0, 12)}\``)
  const table = ['| row | MRR@10 | nDCG@10 | queries |', '| --- | --- | --- | --- |', ...figures]
  const lines = [
    '---',
    ...(licence === undefined ? [] : [`license: ${licence}`]),
    ...(base === undefined ? [] : [`base_model: ${base}`]),
    'library_name: transformers',
    'pipeline_tag: text-ranking',
    '---',
    `# ${title}`,
    '',
    `${config.architectures?.[0]}, ${config.num_hidden_layers} layers, ${config.hidden_size} wide. Licence: ${licence ?? 'none given; ask before you use it'}.`,
    '',
    ...about.flatMap((paragraph) => [paragraph, '']),
    ...(figures.length > 0 ? [...table, '', '95 % intervals over queries of the test split.', ''] : []),
    `Made of: ${inputs.join(', ')} (content hashes of the stages' folders), code \`${made.code.slice(0, 12)}\`.${quality === undefined ? '' : ` ${quality}`}`,
    '',
    '## Recipe',
    '',
    '```json',
    JSON.stringify(made.recipe, undefined, 1),
    '```',
    '',
    '## Files',
    '',
    '| file | bytes | sha256 |',
    '| --- | --- | --- |',
    ...files.map(({ path, bytes, sha256 }) => `| ${path} | ${bytes} | ${sha256} |`),
    '',
  ]
  return lines.join('\n')
}

interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Rows of the report as lines of a table; none when there is no report. @param path of report.json */
export function figuresOf(
  path: string | undefined,
  isWanted: (row: { readonly name: string; readonly what: string }) => boolean,
): string[] {
  if (path === undefined || !existsSync(path)) return []
  const { test } = JSON.parse(readFileSync(path, 'utf8')) as {
    test: {
      queries: number
      info: { name: string; what: string }[]
      rows: Record<string, Record<string, Figure>>
    }
  }
  const cell = ({ value, low, high }: Figure) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  return test.info.filter(isWanted).flatMap(({ name }) => {
    const row = test.rows[name]
    return row === undefined
      ? []
      : [`| ${name} | ${cell(row['mrr@10']!)} | ${cell(row['ndcg@10']!)} | ${test.queries} |`]
  })
}
