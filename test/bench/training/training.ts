// One training step of a student (BERT L4-H256, 64 tokens, batch 32) on the default backend against TensorFlow.js's
// stock wasm backend, each in a process of its own, and a plain sgemm of the same machine next to them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

interface Figures {
  readonly backend: string
  readonly milliseconds: readonly number[]
  readonly gflops: number
  readonly sgemm?: number
}

const child = fileURLToPath(new URL('training-step.ts', import.meta.url))

function measure(backend: string, steps: number): Figures {
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, backend, String(steps)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the ${backend} step failed:\n${stderr}`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

/** Prints the step times, GFLOP/s and the ratio of the medians. */
export async function run(): Promise<void> {
  console.log('student step: BERT L4-H256, 64 tokens, batch 32, forward + backward + AdamW')
  // ours before and after, so that a machine that slows down does not flatter it
  const before = measure('wasm', 8)
  const stock = measure('wasm-stock', 2)
  const after = measure('wasm', 8)
  const ours = median([...before.milliseconds, ...after.milliseconds])
  const theirs = median(stock.milliseconds)
  const line = (name: string, ms: number, gflops: number) =>
    console.log(
      `${name.padEnd(12)} ${ms.toFixed(0).padStart(7)} ms a step  ${gflops.toFixed(1).padStart(6)} GFLOP/s`,
    )
  line('wasm', ours, (before.gflops + after.gflops) / 2)
  line('wasm-stock', theirs, stock.gflops)
  console.log(
    `plain sgemm of this machine (onnxruntime-node, 1024 x 1024 x 1024): ${after.sgemm?.toFixed(1)} GFLOP/s`,
  )
  console.log(`ratio: ${(theirs / ours).toFixed(1)}x`)
}
