// The app as a Node server in a separate process: returns its address, memory, CPU time and output.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { figuresOf, type ProcessFigures } from './process-figures.ts'

const own = fileURLToPath(new URL('../../../apps/edge/src/node/main.ts', import.meta.url))

export interface NodeProcess extends ProcessFigures {
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  /** of both streams, until now */
  printed(): string
  alive(): boolean
  /** SIGTERM. @returns the exit code */
  end(): Promise<number | null>
  /** SIGKILL */
  close(): Promise<void>
}

export interface NodeProcessOptions {
  /** a bundle, or dist/ */
  readonly folder: string
  /** the server serves this machine without keys unless they say otherwise */
  readonly variables?: Readonly<Record<string, string>>
  /** of the program `node` */
  readonly flags?: readonly string[]
  /** another Node than the one that runs */
  readonly program?: string
  /** the server of another checkout: its main.ts */
  readonly main?: string
}

/** @throws {Error} it ends before it serves: what it printed */
export async function startNode(options: NodeProcessOptions): Promise<NodeProcess> {
  const { folder, variables = {}, flags = [], program = process.execPath, main = own } = options
  const child = spawn(program, ['--disable-warning=ExperimentalWarning', ...flags, main, folder], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ALLOW_LOCAL: 'true', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      printed = (printed + text).slice(-200_000)
    })
  const alive = () => child.exitCode === null && child.signalCode === null
  while (!/serves (http\S+)/.test(printed)) {
    if (!alive()) throw new Error(`It ended with ${child.exitCode}: ${printed}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const url = /serves (http\S+)/.exec(printed)![1]!
  return {
    url,
    port: Number(new URL(url).port),
    child,
    printed: () => printed,
    ...figuresOf(child.pid),
    alive,
    async end() {
      child.kill('SIGTERM')
      return (await exited)[0]
    },
    async close() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
