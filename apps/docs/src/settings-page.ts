// All settings of a deployment, from the schemas that check them, and all variables of the pipeline.
import { describeSettings } from '@disranker/edge'
import { madeFrom, table, verbatim } from './markdown.ts'
import { pipelineVariables } from './pipeline-variables.ts'

const KINDS = {
  limit: [
    'Limits',
    'Variables of the Worker under `vars` in `wrangler.jsonc`, or of the environment of the Node server.',
  ],
  variable: [
    'Choices and secrets',
    'Read from the same places. Set a secret with `npx wrangler secret put`.',
  ],
  recording: ['Recording', 'The records of searches and events: [Measure online](../measure-online.md).'],
  'Node server': ['The Node server alone', 'Read by `npm run serve`, next to the variables above.'],
  binding: ['Bindings of the Worker', 'Bound in `wrangler.jsonc`.'],
} as const

export function settingsPage(): string {
  const settings = describeSettings()
  const parts = (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) => {
    const [title, about] = KINDS[kind]
    const rows = settings
      .filter((setting) => setting.kind === kind)
      .map(({ name, default: fallback = '', values, about: what }) => [
        verbatim(name),
        verbatim(fallback),
        values,
        what,
      ])
    return [`## ${title}`, about, table(['name', 'default', 'values', 'what it does'], rows)]
  })
  return [
    '# Settings',
    madeFrom('the schemas that check the settings'),
    '[Operate](../operate.md) explains how the limits work together.',
    ...parts,
    '## The pipeline',
    'Variables of the environment that the commands of this repository read.',
    table(
      ['name', 'what it does'],
      pipelineVariables.map(([name, what]) => [verbatim(name), what]),
    ),
    '',
  ].join('\n\n')
}
