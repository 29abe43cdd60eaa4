import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './longest-first.ts'

// One runner, two projects. `unit` has the tests next to the file they test, in a minute: they share one process, so that a module is
// loaded once for all files (restore-process.ts brings back what a file stubs). `house` has what takes longer, each file in a process
// of its own: the tests of test/, which need several packages, and every `*.house.test.ts` next to its file, which trains,
// runs a stage, reads large models, starts processes or servers for more than about a second, or needs a process that nothing was loaded in.
//   npm run test:unit
const NOT_OURS = ['**/node_modules/**', '**/out/**', '**/dist/**']
const HOUSE = '**/*.house.test.ts'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/{src,page,commands}/**/*.test.ts'],
          exclude: [...NOT_OURS, HOUSE],
          isolate: false,
          setupFiles: [fileURLToPath(new URL('restore-process.ts', import.meta.url))],
        },
      },
      {
        extends: true,
        test: {
          name: 'house',
          include: ['test/**/*.test.ts', `{packages,apps}/${HOUSE}`],
          exclude: [...NOT_OURS],
        },
      },
    ],
    // A network has one thread, since the workers use the cores; test/pipeline.test.ts takes all. One worker more, because some wait.
    pool: 'forks',
    maxWorkers: availableParallelism() + 1,
    env: { DISRANKER_THREADS: '1' },
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // what a page shows soon, on a machine with other work, too
    expect: { poll: { timeout: 30_000 } },
    // the edge app's line a request would hide everything else
    onConsoleLog: (text) => !text.includes('"event":"request"'),
    reporters: ['default', fileURLToPath(new URL('closing-line.ts', import.meta.url))],
  },
})
