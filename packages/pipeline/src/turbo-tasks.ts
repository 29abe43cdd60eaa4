// Generates turbo.json, the packages' scripts and the README's picture from the list of stages. turbo hashes
// the files of a task before any task runs, so its inputs are all sources of the stage's package and of those
// it imports. A stage that turbo runs in vain, for instance because of a comment, notices that itself and
// computes nothing.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findStage, gatheredBy, POSTPONE, type StageDefinition } from '@disranker/stage'
import { pipelinePicture } from './pipeline-picture.ts'

const BEGIN = '    // The stages, from packages/pipeline/src/pipeline.ts: npm run generate\n'
const END = '    // The end of the stages.\n'
const PICTURE = ['<!-- the stages: npm run generate -->\n', '<!-- the end of the stages -->\n'] as const

/** columns for a list in turbo.json */
const WIDTH = 90

/** The generated files of a pipeline: path in the checkout -> text. */
export function generatedFiles(root: string, stages: readonly StageDefinition[]): Map<string, string> {
  const files = new Map<string, string>()
  const put = (path: string, change: (text: string) => string) =>
    files.set(path, change(files.get(path) ?? readFileSync(join(root, path), 'utf8')))
  put('turbo.json', (text) => between(text, BEGIN, END, turboTasks(root, stages)))
  for (const stage of stages)
    put(`packages/${stage.home}/package.json`, (text) => withScript(text, stage.name))
  files.set(
    'apps/docs/pages/pipeline.svg',
    pipelinePicture(stages, (stage) => readBy(stages, stage)),
  )
  put('packages/pipeline/README.md', (text) => between(text, ...PICTURE, mermaid(stages)))
  return files
}

/** The tasks, as turbo.json has them. */
function turboTasks(root: string, stages: readonly StageDefinition[]): string {
  const tasks = stages.map((stage) => {
    const { name, about, home, files = [], variables, settings = [], postpones } = stage
    const pretrained = existsSync(join(root, 'packages', home, 'recipes/pretrained', `${name}.ts`))
    const env = [
      ...(pretrained ? ['DISRANKER_PRETRAINED'] : []),
      ...(postpones === undefined ? [] : [POSTPONE]),
      ...settings,
    ]
    const task = {
      description: about,
      dependsOn: ['^source', ...readBy(stages, stage).map((other) => taskOf(other, home))],
      inputs: [
        ...['src/**', 'recipes/**', ...files, 'package.json'],
        ...['$TURBO_ROOT$/packages/pipeline/src/**'],
      ],
      ...(env.length > 0 && { env }),
      ...(variables && { passThroughEnv: variables }),
      outputs: [`out/${name}/**`],
    }
    const lines = Object.entries(task).map(([key, value]) => `      ${JSON.stringify(key)}: ${inline(value)}`)
    return `    ${JSON.stringify(name)}: {\n${lines.join(',\n')}\n    },\n`
  })
  return tasks.join('')
}

/** A text, or a list of texts: on one line if it fits, as the formatter does. */
function inline(value: string | readonly string[]): string {
  if (typeof value === 'string') return JSON.stringify(value)
  const texts = value.map((text) => JSON.stringify(text))
  const line = `[${texts.join(', ')}]`
  return line.length <= WIDTH ? line : `[\n${texts.map((text) => `        ${text}`).join(',\n')}\n      ]`
}

const taskOf = ({ home, name }: StageDefinition, from: string) =>
  home === from ? name : `@disranker/${home}#${name}`

/** The stages that must be complete before a stage. */
const readBy = (stages: readonly StageDefinition[], stage: StageDefinition): StageDefinition[] => [
  ...new Set([
    ...Object.values(stage.reads).map((name) => findStage(stages, name)),
    ...gatheredBy(stages, stage),
  ]),
]

function withScript(text: string, name: string): string {
  const json = JSON.parse(text) as { scripts: Record<string, string> }
  const { types, ...scripts } = json.scripts
  json.scripts = { ...scripts, [name]: `node ../pipeline/src/cli.ts ${name}`, ...(types && { types }) }
  return `${JSON.stringify(json, undefined, 2)}\n`
}

/** The stages as a picture: an arrow from each folder to the stages that read it. */
function mermaid(stages: readonly StageDefinition[]): string {
  const arrows = stages.flatMap((stage) =>
    readBy(stages, stage).map((other) => `  ${other.name} --> ${stage.name}`),
  )
  return `\`\`\`mermaid\nflowchart LR\n${arrows.join('\n')}\n\`\`\`\n`
}

function between(text: string, begin: string, end: string, part: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The lines "${begin.trim()}" and "${end.trim()}" are missing.`)
  return text.slice(0, from + begin.length) + part + text.slice(to)
}
