// The commands of the published package: those that need no checkout. They run the programs of other packages, which npm installs with it.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { CommandSpec } from './command-spec.ts'

const inPackage = (name: string, path: string) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path)

/** the bundle that comes with the package, for "example" and for no argument */
const bundleOf = ([name = 'example']: readonly string[]) =>
  name === 'example' ? inPackage('@disranker/example-bundle', 'bundle') : name

export const installedCommands: readonly CommandSpec[] = [
  {
    name: 'serve',
    about: 'serve a bundle on this machine (PORT and HOST name another address)',
    arguments: [['[bundle]', 'a folder; the example by default']],
    example: 'disranker serve example',
    runs: (words) => [
      {
        script: inPackage('@disranker/edge', 'dist/node/main.js'),
        words: [bundleOf(words)],
        // another address may be reachable by others, who need keys
        env: process.env.HOST ? {} : { ALLOW_LOCAL: 'true' },
      },
    ],
  },
  {
    name: 'mcp',
    about: 'the tool "rerank" for programs that speak the Model Context Protocol',
    arguments: [['[bundle]', 'a path, an address, npm:<package> or owner/name; the example by default']],
    example: 'disranker mcp ./bundle',
    runs: (words) => [
      { script: inPackage('@disranker/reranker', 'dist/mcp-cli.js'), words: [bundleOf(words)] },
    ],
  },
]
