// `npm run bench -- pairs [1M | 10M | 100M]`: the pairs stage on synthetic logs of growing size. Each runs in a process of
// its own; logs are kept in the system's folder for temporary files, so a second run needs not make them again.
import { spawn } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSyntheticLog } from './synthetic-log.ts'

const SIZES = {
  '1M': { rows: 1e6, documents: 1e5, seconds: 60, gigabytes: 2 },
  '10M': { rows: 1e7, documents: 1e6, seconds: 600, gigabytes: 4 },
  '100M': { rows: 1e8, documents: 1e6, seconds: 5400, gigabytes: 4 },
} as const

/** what pairs-process.ts prints last */
export interface Spent {
  /** of wall time, and of all threads together */
  readonly seconds: number
  readonly cpuSeconds: number
  /** bytes, the most that the process held */
  readonly memory: number
}

export async function run(): Promise<void> {
  const wanted = process.argv[3] ?? '1M'
  const size = SIZES[wanted as keyof typeof SIZES]
  if (size === undefined)
    throw new Error(`There is no size "${wanted}". Wanted: ${Object.keys(SIZES).join(', ')}.`)
  const home = join(tmpdir(), 'disranker-bench-pairs')
  const input = join(home, `${wanted}-in`)
  console.log(`${wanted} rows, ${size.documents} documents: making the log in ${input}`)
  await writeSyntheticLog(input, size)
  const out = join(home, `${wanted}-out`)
  rmSync(out, { recursive: true, force: true })
  const { spent, disk } = await runPairs(input, out)
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2)
  console.log(
    `${wanted}: ${spent.seconds.toFixed(0)} s (bound ${size.seconds} s), ${spent.cpuSeconds.toFixed(0)} s of CPU, ` +
      `${Math.round(size.rows / spent.seconds)} rows/s, ${((1e6 * spent.cpuSeconds) / size.rows).toFixed(1)} us of CPU a row, ` +
      `peak memory ${gigabytes(spent.memory)} GB (bound ${size.gigabytes} GB), ` +
      `disk ${gigabytes(disk)} GB at most while at work, ${gigabytes(bytesBelow(out))} GB left, log ${gigabytes(bytesBelow(input))} GB`,
  )
}

async function runPairs(input: string, out: string): Promise<{ spent: Spent; disk: number }> {
  const file = fileURLToPath(new URL('pairs-process.ts', import.meta.url))
  const child = spawn(process.execPath, [file, input, out], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  let disk = 0
  const watch = setInterval(() => {
    disk = Math.max(disk, bytesBelow(`${out}.tmp`))
  }, 1000)
  try {
    return await new Promise((resolve, reject) => {
      let spent: Spent | undefined
      child.on('message', (message) => {
        spent = message as Spent
      })
      child.on('error', reject)
      child.on('exit', (code) =>
        spent === undefined
          ? reject(new Error(`The stage ended with code ${code}.`))
          : resolve({ spent, disk: Math.max(disk, bytesBelow(out)) }),
      )
    })
  } finally {
    clearInterval(watch)
  }
}

/** Bytes of all files below a folder; what goes while it is looked at counts as nothing. */
function bytesBelow(folder: string): number {
  try {
    return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(folder, entry.name)
      return sum + (entry.isDirectory() ? bytesBelow(path) : statSync(path).size)
    }, 0)
  } catch {
    return 0
  }
}
