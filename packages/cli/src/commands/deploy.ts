import type { CommandFile } from '../command-file.ts'

export const deploy: CommandFile = {
  name: 'deploy',
  about: 'put the Worker and the bundle on Cloudflare',
  arguments: [['[dist]', 'a folder to deploy; what was trained by default']],
  options: [
    ['--env <name>', 'staging or production'],
    ['--dry-run', 'build only'],
    ['--no-traffic', 'upload a version that serves nobody yet'],
    ['--with-example', 'publish the example queries of your own log, too'],
    ['--budget <KiB>', 'most the code may have, compressed'],
  ],
  example: 'disranker deploy --dry-run',
  runs: (words) => [
    { script: 'turbo', words: ['run', 'bundle'] },
    { script: 'apps/edge/commands/deploy.ts', words },
  ],
}
