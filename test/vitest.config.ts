import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// One runner, two projects: `unit` has the tests beside the file they test, `house` those of test/ that need several packages.
//   npm run test:unit
const project = (name: string, include: readonly string[]) => ({
  extends: true as const,
  test: { name, include: [...include] },
})

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    projects: [
      project('unit', ['packages/*/src/**/*.test.ts', 'apps/*/{src,page,commands}/**/*.test.ts']),
      project('house', ['test/**/*.test.ts']),
    ],
    exclude: ['**/node_modules/**', '**/out/**', '**/dist/**'],
    // The networks use all cores by themselves, so few workers are faster than many.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // the edge app's line a request would hide everything else
    onConsoleLog: (text) => !text.includes('"event":"request"'),
    reporters: ['default', fileURLToPath(new URL('closing-line.ts', import.meta.url))],
  },
})
