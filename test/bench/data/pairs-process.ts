// `node pairs-process.ts <input> <out>`: the pairs stage by its own recipe, and what it took.
import { pairs } from '@disranker/dataset/pairs'
import recipe from '@disranker/dataset/recipes/pairs'
import type { Spent } from './pairs.ts'

const began = performance.now()
await pairs({ input: process.argv[2]!, out: process.argv[3]!, recipe })
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const spent: Spent = {
  seconds: (performance.now() - began) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  memory: maxRSS * 1024,
}
process.send?.(spent)
process.disconnect?.()
