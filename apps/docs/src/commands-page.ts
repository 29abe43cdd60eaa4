// The page of all commands and stages of the repository.
import { pipeline } from '@disranker/pipeline'
import { rootCommands, workspaceCommands } from './commands.ts'
import { madeFrom, table, verbatim } from './markdown.ts'

export const commandsPage = (): string =>
  [
    '# Commands',
    madeFrom('the scripts of the workspaces and the list of stages'),
    'Arguments follow after `--`.',
    table(
      ['command', 'what it does'],
      Object.entries(rootCommands).map(([name, what]) => [
        verbatim(['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`),
        what,
      ]),
    ),
    '## Stages',
    '`npx turbo run <stage>` runs a stage and its inputs. A complete stage computes nothing.',
    table(
      ['stage', 'inputs -> outputs', 'package'],
      pipeline.map(({ name, about, home }) => [verbatim(name), about, verbatim(`packages/${home}`)]),
    ),
    '## In one workspace',
    table(
      ['command', 'what it does'],
      workspaceCommands.map(([workspace, script, what]) => [
        verbatim(`npm run ${script} --workspace ${workspace}`),
        what,
      ]),
    ),
    '',
  ].join('\n\n')
