// Runs kernels of the side module on several threads. The heap is shared, so a thread needs only the numbers
// of its part; this thread computes the first part and waits for the others. Parts are whole rows, or whole
// blocks of a sum, so the bits do not depend on the number of threads.
import { Worker } from 'node:worker_threads'
import type { WasmMemory } from '../wasm/web-assembly.ts'

export interface KernelWorkerData {
  readonly bytes: Uint8Array
  readonly memory: WasmMemory
  readonly names: readonly string[]
  /** state, number of the kernel, count of its arguments */
  readonly control: Int32Array
  /** the arguments */
  readonly numbers: Float64Array
}

export interface KernelThreads {
  /** number of threads to use now, including this one; the bits of a result do not depend on it */
  readonly count: number
  /** Runs a kernel once for each list of arguments, at most `count`, in parallel. */
  run(kernel: string, parts: readonly (readonly number[])[]): void
}

interface Thread {
  readonly control: Int32Array
  readonly numbers: Float64Array
}

type Kernels = Readonly<Record<string, (...numbers: number[]) => unknown>>

const [STATE, KERNEL, COUNT] = [0, 1, 2]
const [IDLE, JOB, FAILED] = [0, 1, 2]
const STARTING = 3
/**
 * checks of a state, about 50 us, before a thread sleeps: parts have equal size and end together, the next
 * kernel follows at once, and waking a thread takes as long
 */
const SPINS = 20_000
/**
 * a part takes milliseconds; there are several waits, because after a sleep of the machine one of them ends
 * at once
 */
const PATIENCE = { waits: 3, milliseconds: 20_000 }

/**
 * @param count threads including this one. The others live as long as the process and do not keep it alive
 * @param wanted number of them that should work now
 */
export function startKernelThreads(
  kernels: Kernels,
  bytes: Uint8Array,
  memory: WasmMemory,
  count: number,
  wanted: () => number = () => count,
): KernelThreads {
  const names = Object.keys(kernels)
  const numberOf = new Map(names.map((name, at) => [name, at]))
  const others: Thread[] = Array.from({ length: count - 1 }, () => {
    const control = new Int32Array(new SharedArrayBuffer(64)).fill(STARTING, STATE, STATE + 1)
    const numbers = new Float64Array(new SharedArrayBuffer(32 * 8))
    const workerData: KernelWorkerData = { bytes, memory, names, control, numbers }
    new Worker(new URL('kernel-worker.ts', import.meta.url), { workerData, stderr: false }).unref()
    return { control, numbers }
  })

  return {
    get count() {
      return Math.max(1, Math.min(count, wanted()))
    },
    run(kernel, parts) {
      const begun = others.slice(0, parts.length - 1)
      for (const [at, { control, numbers }] of begun.entries()) {
        waitWhile(control, STARTING)
        const given = parts[at + 1]!
        numbers.set(given)
        control[KERNEL] = numberOf.get(kernel)!
        control[COUNT] = given.length
        Atomics.store(control, STATE, JOB)
        Atomics.notify(control, STATE)
      }
      kernels[kernel]!(...parts[0]!)
      for (const { control } of begun) {
        waitWhile(control, JOB)
        if (control[STATE] === FAILED) {
          Atomics.store(control, STATE, IDLE)
          throw new Error(`The kernel ${kernel} failed in a thread.`)
        }
      }
    },
  }
}

/** Spins for a moment until a value changes. @returns whether it did */
export function spinWhile(control: Int32Array, at: number, value: number): boolean {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, at) !== value) return true
  return false
}

/** Waits until the state changes. @throws {Error} when the thread does not answer for a minute */
function waitWhile(control: Int32Array, state: number): void {
  if (spinWhile(control, STATE, state)) return
  for (let wait = 0; wait < PATIENCE.waits; wait++) {
    Atomics.wait(control, STATE, state, PATIENCE.milliseconds)
    if (Atomics.load(control, STATE) !== state) return
  }
  throw new Error(
    'A thread of the wasm backend does not answer. Run again with DISRANKER_THREADS=1, which needs none.',
  )
}
