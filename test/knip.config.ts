// `npm run check` runs it: files, exports and dependencies that nothing uses are errors.
import type { KnipConfig } from 'knip'

export default {
  // types are part of what a function says, whether or not somebody names them
  exclude: ['types', 'unlisted', 'optionalPeerDependencies'],
  // npm scripts and the tests run these; they come with the workspaces or with the system
  ignoreBinaries: ['knip', 'tsc', 'vitest', 'biome', 'mount', 'umount', 'mkfifo'],
  ignoreDependencies: [
    // their files are read, not imported
    'cwe-sdk',
    'onnxruntime-web',
    // programs that are started, or required by name
    '@arethetypeswrong/cli',
    '@biomejs/biome',
    '@changesets/cli',
    'dockerfilelint',
  ],
  // a stage's recipe is found by its name
  ignoreIssues: {
    'packages/*/recipes/**': ['exports'],
    // AssemblyScript
    'packages/engine/src/kernels/**': ['exports'],
    // stands in for the module of the same exports in a browser
    'packages/lexical/src/words/stemmers-on-demand.ts': ['exports'],
  },
  // the examples in the packages' READMEs are code that a test runs
  compilers: {
    md: (text: string) => [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n'),
  },
  workspaces: {
    '.': { project: ['*.ts'] },
    'packages/*': {
      entry: ['recipes/**/*.ts', 'README.md', 'testing/write-*.ts'],
      project: ['{src,recipes,testing,commands}/**/*.ts'],
      includeEntryExports: true,
    },
    // published: its exports are for others
    'packages/reranker': { entry: ['README.md'], project: ['{src,commands}/**/*.ts'] },
    'packages/{engine,fused-encoder}': {
      // compiled to WebAssembly
      entry: ['src/kernels/*.ts', 'testing/*.ts', 'README.md'],
      project: ['{src,testing}/**/*.ts'],
    },
    'apps/docs': { project: ['src/**/*.ts'] },
    'apps/edge': {
      // bundled by esbuild and wrangler
      entry: ['page/{page,experiments,ranking-worker,ubi,stemmers}.ts', 'src/worker-fused.ts'],
      project: ['{src,page,commands}/**/*.ts'],
    },
    test: {
      entry: [
        '**/*.test.ts',
        'libtensorflow.ts',
        'check-types.ts',
        'restore-process.ts',
        'bench/edge/edge-worker.ts',
        'adapters/adapters-worker.ts',
      ],
      project: ['**/*.ts'],
    },
  },
} satisfies KnipConfig
