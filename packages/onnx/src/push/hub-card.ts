// The card of a hub repository: the source of a model, its figures with intervals, its recipe and every
// file's hash.
import { existsSync, readFileSync } from 'node:fs'
import type { Manifest } from '@disranker/stage'

export interface HubCard {
  readonly title: string
  /** as an SPDX identifier */
  readonly licence: string | undefined
  /** its base model, as the hub names it */
  readonly base?: string | undefined
  /** config.json of the model */
  readonly config: {
    readonly architectures?: readonly string[]
    readonly num_hidden_layers?: number
    readonly hidden_size?: number
  }
  /** language codes of the texts it was trained on */
  readonly languages?: readonly string[]
  readonly tags?: readonly string[]
  /** the programs that load it with the figures of the card */
  readonly library?: string
  /** paragraphs */
  readonly about: readonly string[]
  /** how to load it, in Markdown */
  readonly usage?: readonly string[]
  /** tables of figures, each with the program that they apply to */
  readonly figures: readonly FigureTable[]
  readonly made: Manifest
  /** a sentence after the source of the model */
  readonly quality?: string
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[]
}

export interface FigureTable {
  /** a sentence */
  readonly holdsFor: string
  /** lines of the table; without any the table is left out */
  readonly rows: readonly string[]
}

/** Markdown. */
export function hubCard({
  title,
  licence,
  base,
  config,
  languages = [],
  tags = [],
  library = 'transformers',
  about,
  usage = [],
  figures,
  made,
  quality,
  files,
}: HubCard): string {
  const inputs = Object.entries(made.inputs).map(([name, hash]) => `${name} \`${hash.slice(0, 12)}\``)
  const list = (key: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${key}:`, ...values.map((value) => `- ${value}`)]
  const tables = figures
    .filter(({ rows }) => rows.length > 0)
    .flatMap(({ holdsFor, rows }) => [holdsFor, '', ...TABLE, ...rows, ''])
  const lines = [
    '---',
    ...(licence === undefined ? [] : [`license: ${licence}`]),
    ...(base === undefined ? [] : [`base_model: ${base}`]),
    ...list('language', languages),
    ...list('tags', tags),
    `library_name: ${library}`,
    'pipeline_tag: text-ranking',
    '---',
    `# ${title}`,
    '',
    `${config.architectures?.[0]}, ${config.num_hidden_layers} layers, ${config.hidden_size} wide. Licence: ${licence ?? 'none given; ask before you use it'}.`,
    '',
    ...about.flatMap((paragraph) => [paragraph, '']),
    ...(usage.length > 0 ? ['## How to load it', '', ...usage, ''] : []),
    ...(tables.length > 0
      ? ['## Quality', '', ...tables, '95 % intervals over queries of the test split.', '']
      : []),
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

const TABLE = ['| row | MRR@10 | nDCG@10 | queries |', '| --- | --- | --- | --- |']

export interface Figure {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** Rows of the report as lines of a table; none if there is no report. @param path of report.json */
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
  return test.info.filter(isWanted).flatMap(({ name }) => {
    const row = test.rows[name]
    return row === undefined ? [] : [figureRow(name, row['mrr@10']!, row['ndcg@10']!, test.queries)]
  })
}

/** A line of a table of figures. */
export const figureRow = (name: string, mrr: Figure, ndcg: Figure, queries: number): string =>
  `| ${name} | ${cell(mrr)} | ${cell(ndcg)} | ${queries} |`

const cell = ({ value, low, high }: Figure) => `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
