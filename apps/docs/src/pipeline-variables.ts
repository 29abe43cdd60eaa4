// The environment variables of the repository's commands. A test finds every DISRANKER_ name in the sources.

export const pipelineVariables: readonly (readonly [name: string, what: string])[] = [
  [
    'DISRANKER_BACKEND',
    'what trains: `wasm`, `gpu`, `node`, `cpu` or `wasm-stock`; by default the best that loads',
  ],
  ['DISRANKER_THREADS', 'threads of the `wasm` backend; by default all cores'],
  ['DISRANKER_MODELS', 'a folder with one folder for each published model; looked into before the hub'],
  [
    'DISRANKER_ENCODER',
    'the encoder of the stage `features`; `npm start` sets it, `none` leaves the encoder out',
  ],
  [
    'DISRANKER_PRETRAINED',
    'which published models take part: `bi-encoder`, `student`, `decoder`, with commas between',
  ],
  ['DISRANKER_YES', '`1` accepts the cost of the teachers of `score`'],
  ['DISRANKER_LIBTENSORFLOW', 'the folder of a TensorFlow library for `npm run setup:node` and `setup:gpu`'],
  [
    'DISRANKER_STUDY_MINUTES',
    'minutes after which `npx turbo run study` starts no new step; `0` makes the report alone',
  ],
  [
    'DISRANKER_POSTPONE',
    '`1` has `score` and `distil` leave the test queries for a later run; `npm start` sets it until it serves',
  ],
  ['DISRANKER_FAILURE', 'a file in which a failing stage leaves its message; `npm start` sets it'],
  ['DISRANKER_SPARK_SCRATCH', 'the scratch folder of `npm run spark`'],
  [
    'DISRANKER_TEST_MODELS',
    'for tests: a folder with published weights; tests that need them are skipped without it',
  ],
  ['DISRANKER_MUTATIONS', 'for tests: how many damaged inputs are tried'],
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
