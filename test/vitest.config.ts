import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// One runner for the whole house: unit tests lie beside the file they test, whole-house tests lie in test/.
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['packages/*/src/**/*.test.ts', 'apps/*/{src,page,commands}/**/*.test.ts', 'test/**/*.test.ts'],
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
