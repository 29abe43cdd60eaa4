// The commands of the repository and their purposes. A test compares the names with the scripts of
// package.json.

/** script of the root package.json -> its purpose and its arguments */
export const rootCommands: Readonly<Record<string, string>> = {
  start: 'installs, trains the changed stages, writes the report, serves the Worker on this machine',
  'start:pretrained':
    'the same, from published weights: `npm run start:pretrained -- [folder] [--fine-tune] [--student] [--decoder]`',
  try: 'installs, runs every stage on the embedded example with little work, serves the result: less than a minute',
  test: 'installs, checks types, lint and boundaries, runs all tests',
  'test:unit': 'runs the tests next to the sources',
  train: 'runs every stage whose recipe, inputs or code have changed',
  keep: 'keeps the runs of the stages under a name, for the next report: `npm run keep -- <name>`',
  compare:
    'shows two bundles or kept runs side by side on your own queries: `npm run compare -- <a> <b> [--queries <file>] [--blind]`',
  check: 'checks types, lint and the boundaries between packages',
  generate: 'writes the files that are derived from the list of stages',
  format: 'formats the sources',
  docs: 'builds this site into `apps/docs/out/site` and checks its links; `npm run docs -- dev` serves it while you write',
  'publish-documents':
    'publishes texts that requests name by id: `npm run publish-documents -- <file> --kv <id>` (`--r2`, `--d1`, `--remove`, `--local`)',
  dev: 'serves the trained bundle on this machine: `npm run dev -- [--bundle <folder>]`',
  import: 'makes a bundle from a cross-encoder: `npm run import -- <owner/name or folder> --out <folder>`',
  push: 'uploads the student to a hub: `npm run push -- <owner/name> --licence <id>`',
  export:
    'writes pairs, groups and scores for other trainers: `npm run export -- --to <trainer> --out <folder>`',
  bench: 'measures; without a name it lists the benchmarks: `npm run bench -- <name>`',
  collect:
    'copies the records of a deployment: `npm run collect -- <folder, s3://... or address of OpenSearch>`',
  promote: 'serves the winner of an experiment: `npm run promote -- <experiment> <bundle>`',
  deploy:
    'uploads bundle and Worker to Cloudflare: `npm run deploy -- [--dry-run] [--env <name>] [--no-traffic] [--with-example]`',
  release: 'makes, checks and publishes the packages: `npm run release -- [--dry-run]`',
  'setup:node': 'installs TensorFlow for the processor',
  'setup:gpu': 'installs TensorFlow for CUDA',
}

/** scripts of one workspace, run with `npm run <name> --workspace <workspace> --` */
export const workspaceCommands: readonly (readonly [workspace: string, script: string, what: string])[] = [
  ['@disranker/edge', 'bundle', 'makes `dist/`: the trained bundle, the page and the example'],
  ['@disranker/edge', 'serve', 'serves `dist/`, or the bundle of a folder, with Node alone'],
  ['@disranker/edge', 'key', 'makes a key: `-- <name>`'],
  [
    '@disranker/edge',
    'publish-model',
    'uploads a bundle to R2 and points to it: `-- <folder> [--current <version>] [--id <name>] [--local]`',
  ],
  ['@disranker/edge', 'exporter', 'serves the metrics of all isolates for Prometheus'],
  ['@disranker/dataset', 'spark', 'reads a log on Spark: `-- <log> <folder of views> [master]`'],
  ['@disranker/assembly', 'compile', 'compiles the kernels of the engine and of the fused encoder'],
  ['@disranker/reranker', 'ort-factory', "extracts the factory of onnxruntime's instances"],
]
