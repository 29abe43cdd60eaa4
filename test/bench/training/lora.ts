// One step of training adapters next to a published decoder: 4 texts of 256 tokens, next-token loss of every place, rank 8 on
// queries and values (peft's choice for LLaMA), AdamW. `npm run bench -- lora <folder of a checkpoint>`
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface LoraFigures {
  readonly milliseconds: readonly number[]
  readonly losses: readonly number[]
  readonly trained: number
  readonly megabytes: number
}

const child = fileURLToPath(new URL('lora-step.ts', import.meta.url))
const TOKENS = 4 * 256
const STEPS = 5

/** Prints tokens a second and peak memory, with and without computing layers again on the way back. */
export async function run(): Promise<void> {
  const folder = process.argv[3]
  if (folder === undefined) throw new Error('Name the folder of a decoder: npm run bench -- lora <folder>')
  for (const kind of ['plain', 'recompute']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [child, folder, kind, String(STEPS)], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the ${kind} step failed:\n${stderr}`)
    const { milliseconds, losses, trained, megabytes } = JSON.parse(
      stdout.trim().split('\n').at(-1)!,
    ) as LoraFigures
    const median = milliseconds.toSorted((a, b) => a - b)[Math.floor(milliseconds.length / 2)]!
    console.log(
      `${kind.padEnd(10)} ${(median / 1e3).toFixed(2)} s a step, ${((1e3 * TOKENS) / median).toFixed(0)} tokens/s, peak ${(megabytes / 1024).toFixed(2)} GB; ${trained} numbers train; loss ${losses[0]!.toFixed(4)} -> ${losses.at(-1)!.toFixed(4)}`,
    )
  }
}
