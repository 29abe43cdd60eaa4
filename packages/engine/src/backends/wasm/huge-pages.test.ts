import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { openBackend } from '../open-backend.ts'

const SWITCH = '/sys/kernel/mm/transparent_hugepage/enabled'

// the kernel marks what may have huge pages with "hg"
it.runIf(existsSync(SWITCH))(
  'the heap of the fast backend may have huge pages, as far as it can grow',
  async () => {
    await openBackend('wasm')
    const marked = readFileSync('/proc/self/smaps', 'utf8')
      .split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
      .filter((mapping) => /^VmFlags:.* hg\b/m.test(mapping))
      .map((mapping) => {
        const [from, to] = mapping
          .split(' ')[0]!
          .split('-')
          .map((address) => Number.parseInt(address, 16))
        return to! - from!
      })
    expect(marked.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThanOrEqual(2 ** 32)
  },
)
