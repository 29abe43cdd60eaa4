// All commands, in the order of `--help`. Each runs a script that npm runs, too, so that both do the same.
import { join } from 'node:path'
import { type CommandSpec, script } from './command-spec.ts'
import { readReport } from './read-report.ts'
import { optionValue, readJson } from './read-words.ts'

export const commands: readonly CommandSpec[] = [
  {
    name: 'try',
    about: 'all stages in less than a minute, hardly trained, and serve',
    example: 'disranker try',
    runs: script('packages/pipeline/src/try.ts'),
  },
  {
    name: 'start',
    about: 'train on your own log, or on the embedded example, and serve',
    arguments: [['[models]', 'with --pretrained: a folder with one folder a model']],
    options: [
      ['--pretrained', 'start from published weights for the example, too'],
      ['--fine-tune', 'with --pretrained: fine-tune the encoder, as one more teacher'],
      ['--student', 'with --pretrained: the student starts from published weights'],
      ['--decoder', 'with --pretrained: a published decoder joins the teachers'],
    ],
    example: 'disranker start',
    runs: script('packages/pipeline/src/start.ts'),
  },
  {
    name: 'train',
    about: 'run the stages whose inputs changed, up to the report',
    arguments: [['[stages...]', 'only these, and their inputs; all by default']],
    options: [
      ['--dry', 'show the stages that would run'],
      ['--force', 'ignore the cache'],
      ['--concurrency <stages>', 'maximal stages at a time; use 1 with one GPU'],
    ],
    example: 'disranker train distil',
    runs(words) {
      const stages = words.filter((word, at) => !word.startsWith('-') && words[at - 1] !== '--concurrency')
      return [{ script: 'turbo', words: ['run', ...(stages.length > 0 ? [] : ['train']), ...words] }]
    },
    result: readReport,
  },
  {
    name: 'serve',
    about: 'serve the trained model, or a bundle, on this machine (PORT names a port)',
    arguments: [['[dist]', 'a folder to serve; the trained one by default']],
    options: [['--bundle <folder>', 'a bundle instead, like one of `disranker import`']],
    example: 'disranker serve --bundle bundle',
    runs: script('apps/edge/commands/dev.ts'),
  },
  {
    name: 'import',
    about: 'make the int8 bundle of a published cross-encoder',
    arguments: [['<model>', 'owner/name of the hub, or a folder']],
    options: [
      ['--out <folder>', 'the output folder'],
      ['--revision <revision>', 'a branch, tag or commit of the repository'],
      ['--pairs <file>', 'JSONL of {"query", "document"} to calibrate and compare on'],
      ['--max-length <tokens>', 'maximal length of a pair'],
      ['--layers <layers>', 'layers to keep: a number, or 0,2,5'],
      ['--vocabulary <file>', 'a text file: keep only its vocabulary'],
      ['--instruction-template <text>', 'the query of a model trained with instructions'],
      ['--min-agreement <tau>', 'least agreement of int8 with float32'],
    ],
    example: 'disranker import cross-encoder/ms-marco-MiniLM-L6-v2 --out bundle',
    runs: script('packages/onnx/src/import/cli.ts', 'import'),
    result(words) {
      const bundle = optionValue(words, '--out')!
      return { bundle, ...readJson(join(bundle, 'manifest.json')) }
    },
  },
  {
    name: 'deploy',
    about: 'deploy the Worker and the bundle to Cloudflare',
    arguments: [['[dist]', 'a folder to deploy; the trained one by default']],
    options: [
      ['--env <name>', 'staging or production'],
      ['--dry-run', 'build only'],
      ['--no-traffic', 'upload a version without traffic'],
      ['--with-example', 'publish the example queries of your own log, too'],
      ['--budget <KiB>', 'maximal size of the code, compressed'],
    ],
    example: 'disranker deploy --dry-run',
    runs: (words) => [
      { script: 'turbo', words: ['run', 'bundle'] },
      { script: 'apps/edge/commands/deploy.ts', words },
    ],
  },
  {
    name: 'keep',
    about: 'keep the current runs for the next report',
    arguments: [['<name>', 'like without-weak']],
    example: 'disranker keep without-weak',
    runs: script('packages/pipeline/src/cli.ts', 'keep'),
  },
  {
    name: 'compare',
    about: 'show two bundles or kept runs side by side, and keep the grades you give',
    arguments: [
      ['<a>', 'a folder of a bundle, or the name of a kept run'],
      ['<b>', 'the same'],
    ],
    options: [
      ['--queries <file>', 'a query on each line; the test queries by default'],
      ['--blind', 'hide the names of the lists'],
      ['--out <folder>', 'the folder of the grades; compare by default'],
      ['--pairs <folder>', 'documents and first stage'],
      ['--port <number>', '8788 by default'],
    ],
    example: 'disranker compare before after --blind',
    runs: script('packages/compare/src/cli.ts'),
  },
  {
    name: 'export',
    about: 'write pairs, groups and scores for other trainers',
    options: [
      ['--to <format>', 'sentence-transformers, flagembedding or trl'],
      ['--out <folder>', 'the output folder of the files'],
      ['--pairs <folder>', 'of the pairs stage'],
      ['--scores <folder>', 'of the score stage'],
    ],
    example: 'disranker export --to trl',
    runs: script('packages/pipeline/src/export-cli.ts'),
  },
  {
    name: 'push',
    about: 'upload the trained student to the hub (HF_TOKEN)',
    arguments: [['<repository>', 'owner/name']],
    options: [
      ['--teacher', 'the trained teacher instead'],
      ['--licence <id>', 'like apache-2.0'],
      ['--language <code>', 'like en; may be given several times'],
    ],
    example: 'disranker push owner/name',
    runs: script('packages/onnx/src/push-cli.ts'),
  },
  {
    name: 'mcp',
    about: 'the tool "rerank" for programs that speak the Model Context Protocol',
    arguments: [['<bundle>', 'a path, an address, npm:<package> or owner/name of a hub']],
    example: 'disranker mcp packages/onnx/out/quantize/bundle',
    runs: script('packages/reranker/src/mcp-cli.ts'),
  },
  {
    name: 'publish-documents',
    about: 'store documents, so that requests can name them by id',
    arguments: [['<file>', 'JSONL of { id, text } or { id, title, summary }']],
    options: [
      ['--kv <id>', 'into this KV namespace'],
      ['--r2 <bucket>', 'into this R2 bucket'],
      ['--d1 <id>', 'into this D1 database'],
      ['--sqlite <file>', 'into this SQLite file, for the Node server'],
      ['--vectors <bundle>', 'embed each with the sentence encoder of this bundle'],
      ['--remove', 'delete the documents of the file'],
      ['--local', 'in the local copy'],
      ['--persist-to <folder>', 'the folder of that copy'],
    ],
    example: 'disranker publish-documents documents.jsonl --kv 0f2ac74b498b48028cb68387c421e279',
    runs: script('apps/edge/commands/documents/publish-documents.ts'),
  },
  {
    name: 'collect',
    about: 'copy the records of the Worker for the next training',
    arguments: [['<source>', 'a folder, s3://bucket/prefix or the address of OpenSearch']],
    options: [
      ['--since <date>', 'like 2026-11-01'],
      ['--into <folder>', 'packages/dataset/in by default'],
    ],
    example: 'disranker collect s3://bucket/prefix --since 2026-11-01',
    runs: script('packages/online/commands/collect.ts'),
  },
  {
    name: 'promote',
    about: 'serve the bundle that won an experiment',
    arguments: [
      ['<experiment>', 'its name'],
      ['<bundle>', 'a folder'],
    ],
    options: [
      ['--id <id>', 'of the model in the bucket'],
      ['--bucket <name>', 'R2 bucket'],
      ['--local', 'in the local copy'],
      ['--persist-to <folder>', 'the folder of that copy'],
    ],
    example: 'disranker promote new-teacher bundle',
    runs: script('packages/online/commands/promote.ts'),
  },
  {
    name: 'bench',
    about: 'measure this machine, the endpoint or the data side',
    arguments: [
      ['[name]', 'name of the benchmark; without it all names are listed'],
      ['[words...]', 'for the benchmark'],
    ],
    passesOptions: true,
    example: 'disranker bench training',
    runs: script('test/bench/cli.ts'),
  },
]
