// The environment variables of the repository's commands. A test finds every DISRANKER_ name in the sources.

export const pipelineVariables: readonly (readonly [name: string, what: string])[] = [
  [
    'DISRANKER_BACKEND',
    'the backend of training: `wasm`, `gpu`, `node`, `cpu` or `wasm-stock`; by default the best that loads',
  ],
  ['DISRANKER_THREADS', 'threads of the `wasm` backend; by default all cores'],
  ['DISRANKER_MODELS', 'a folder with one folder for each published model; searched before the hub'],
  [
    'DISRANKER_ENCODER',
    'the encoder of the stage `features`; `npm start` sets it, `none` leaves the encoder out',
  ],
  [
    'DISRANKER_PRETRAINED',
    'the published models in use: `bi-encoder`, `student`, `decoder`, separated by commas',
  ],
  ['DISRANKER_YES', '`1` accepts the cost of the teachers of `score`'],
  ['DISRANKER_LIBTENSORFLOW', 'the folder of a TensorFlow library for `npm run setup:node` and `setup:gpu`'],
  [
    'DISRANKER_STUDY_MINUTES',
    'minutes after which `npx turbo run study` starts no new step; `0` only makes the report',
  ],
  [
    'DISRANKER_POSTPONE',
    '`1`: `score` and `distil` postpone the test queries; `npm start` sets it until it serves',
  ],
  ['DISRANKER_FAILURE', 'a file for the message of a failing stage; `npm start` sets it'],
  ['DISRANKER_SPARK_SCRATCH', 'the scratch folder of `npm run spark`'],
  [
    'DISRANKER_TEST_MODELS',
    'for tests: a folder with published weights; tests that need them are skipped without it',
  ],
  ['DISRANKER_MUTATIONS', 'for tests: the number of damaged inputs'],
  [
    'DISRANKER_CACHE',
    'for `loadReranker`: the folder of downloaded bundles; `~/.cache/disranker` by default',
  ],
  ['HF_ENDPOINT', 'the hub; `https://huggingface.co` by default'],
  ['HF_TOKEN', 'the token of the hub, for private repositories and `npm run push`'],
  ['HF_HUB_CACHE', 'the folder of downloaded models; `HF_HOME` works, too'],
  ['HF_HUB_OFFLINE', '`1` uses only the cache'],
  ['HF_HUB_DOWNLOAD_TIMEOUT', 'seconds of silence after which a connection is closed; 30 by default'],
  ['AWS_ACCESS_KEY_ID', 'for `npm run collect -- s3://...`; also `AWS_SECRET_ACCESS_KEY` and `S3_ENDPOINT`'],
]
