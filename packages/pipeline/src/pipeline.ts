// The whole pipeline from top to bottom, a stage a paragraph: click logs and an LLM go in, a small int8 BERT comes out, and a
// report that says what it is worth. This is the one place where stages are named and put in order; `npm run generate` writes
// turbo.json, the packages' scripts and the picture in README.md from it.
//
// A new stage is src/<name>.ts and recipes/<name>.ts in its package, and a paragraph here.
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineStage, type StageDefinition } from '@disranker/stage'

/** a folder of a package, where a person puts files */
const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Your own click log, if there is one. Any file but the README counts, so that a missing one is said. */
export function findOwnLog(): string | undefined {
  const input = folder('dataset/in')
  const isThere =
    existsSync(input) && readdirSync(input).some((name) => name !== 'README.md' && !name.startsWith('.'))
  return isThere ? input : undefined
}

function ownLog(): { readonly input?: string } {
  const input = findOwnLog()
  console.log(
    input ? `pairs: your own log in ${input}` : 'pairs: the embedded example, whose clicks are simulated',
  )
  return input === undefined ? {} : { input }
}

export const pipeline: readonly StageDefinition[] = [
  // MITRE's Common Weakness Enumeration, with a simulated click log
  defineStage({
    name: 'example',
    about: 'the embedded example as the files a user would bring',
    home: 'example',
    seconds: 1,
    reads: {},
    load: async () => ({ run: (await import('@disranker/example/example')).example }),
  }),

  // a log in packages/dataset/in takes the place of the example
  defineStage({
    name: 'pairs',
    about: 'click log, corpus, judgements -> weighted pairs, judged queries, candidates, splits',
    home: 'dataset',
    seconds: 8,
    reads: { input: 'example' },
    files: ['in/**'],
    checkout: ownLog,
    async load() {
      const { pairs } = await import('@disranker/dataset/pairs')
      const { pairsSchema } = await import('@disranker/dataset/pairs-recipe')
      return { schema: pairsSchema, run: pairs }
    },
  }),

  // queries without labels, for models that learn from other models
  defineStage({
    name: 'pseudo-queries',
    about: 'documents -> pseudo-queries: spans and titles',
    home: 'dataset',
    seconds: 1,
    reads: { pairs: 'pairs' },
    async load() {
      const { pseudoQueries, pseudoQueriesSchema } = await import('@disranker/dataset/pseudo-queries')
      return { schema: pseudoQueriesSchema, run: pseudoQueries }
    },
  }),

  // two cheap models: baselines, and teachers that know the log by its words
  defineStage({
    name: 'bag-of-words',
    about: 'graded pairs -> a bag-of-words baseline',
    home: 'student',
    seconds: 28,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries' },
    reported: true,
    teaches: true,
    embeds: true,
    background: true,
    async load() {
      const { bagOfWords, bagOfWordsSchema } = await import('@disranker/student/bag-of-words')
      return { schema: bagOfWordsSchema, run: bagOfWords }
    },
  }),
  defineStage({
    name: 'static-bi-encoder',
    about:
      "graded pairs -> a static bi-encoder on the student's tokens: a teacher, and a term of the student's score",
    home: 'student',
    seconds: 30,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries' },
    reported: true,
    teaches: true,
    embeds: true,
    background: true,
    async load() {
      const { staticBiEncoder, staticBiEncoderSchema } = await import('@disranker/student/static-bi-encoder')
      return { schema: staticBiEncoderSchema, run: staticBiEncoder }
    },
  }),

  // a published encoder, frozen, and linear maps on it
  defineStage({
    name: 'features',
    about: 'a published encoder, frozen -> a vector of every text',
    home: 'sentence-encoder',
    seconds: 0,
    settings: ['DISRANKER_ENCODER'],
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries' },
    reported: true,
    teaches: true,
    embeds: true,
    async load() {
      const { features, featuresSchema } = await import('@disranker/sentence-encoder/features')
      return { schema: featuresSchema, run: features }
    },
  }),
  defineStage({
    name: 'heads',
    about: 'graded pairs + vectors -> linear maps on them',
    home: 'sentence-encoder',
    seconds: 0,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries', features: 'features' },
    reported: true,
    teaches: true,
    embeds: true,
    async load() {
      const { heads, headsSchema } = await import('@disranker/sentence-encoder/heads')
      return { schema: headsSchema, run: heads }
    },
  }),

  // a term of the student's score, in addition to its network
  defineStage({
    name: 'table',
    about: 'vectors + pseudo-queries -> the static bi-encoder that is served',
    home: 'student',
    seconds: 1,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries', staticBiEncoder: 'static-bi-encoder' },
    gathers: 'embeds',
    reported: true,
    background: true,
    async load() {
      const { table, tableSchema } = await import('@disranker/student/table')
      return { schema: tableSchema, run: table }
    },
  }),

  // the teacher of the method: a decoder that learns the domain, then to rank
  defineStage({
    name: 'cpt',
    about: 'clicked pairs -> a decoder that knows the domain',
    home: 'teacher',
    seconds: 57,
    reads: { pairs: 'pairs' },
    reported: true,
    async load() {
      const { cpt, cptSchema } = await import('@disranker/teacher/cpt')
      return { schema: cptSchema, run: cpt }
    },
  }),
  defineStage({
    name: 'sft',
    about: 'graded pairs -> a teacher that ranks',
    home: 'teacher',
    seconds: 66,
    reads: { pairs: 'pairs', teacher: 'cpt' },
    reported: true,
    teaches: true,
    async load() {
      const { sft, sftSchema } = await import('@disranker/teacher/sft')
      return { schema: sftSchema, run: sft }
    },
  }),

  // another one, where weights were published
  defineStage({
    name: 'bi-encoder',
    about: 'graded pairs + a published bi-encoder -> it, fine-tuned, and its scores',
    home: 'teacher',
    seconds: 0,
    reads: { pairs: 'pairs' },
    reported: true,
    role: 'bi-encoder',
    teaches: true,
    async load() {
      const { biEncoder, biEncoderSchema } = await import('@disranker/teacher/bi-encoder')
      return { schema: biEncoderSchema, run: biEncoder }
    },
  }),

  // the teachers of recipes/score.ts, standardised and added; files and answers that a person brings lie in packages/teacher/in
  defineStage({
    name: 'score',
    about: 'teachers -> a score for every candidate',
    home: 'teacher',
    seconds: 64,
    reads: { pairs: 'pairs' },
    gathers: 'teaches',
    reported: true,
    files: ['in/**'],
    // the keys of servers that are asked
    variables: ['*_API_KEY'],
    checkout: () => ({
      input: folder('teacher/in'),
      kept: folder('teacher/kept'),
      agreed: process.argv.includes('--yes') || process.env.DISRANKER_YES === '1',
      environment: process.env,
    }),
    async load() {
      const { score, scoreSchema } = await import('@disranker/teacher/score')
      return { schema: scoreSchema, run: score }
    },
  }),

  // one student twice: without the teacher, and with it
  defineStage({
    name: 'labels',
    about: 'graded pairs -> the same student without a teacher: the baseline distillation must beat',
    home: 'student',
    seconds: 90,
    reads: { pairs: 'pairs', staticBiEncoder: 'static-bi-encoder' },
    reported: true,
    background: true,
    role: 'student',
    async load() {
      const { labels, labelsSchema } = await import('@disranker/student/labels')
      return { schema: labelsSchema, run: labels }
    },
  }),
  defineStage({
    name: 'distil',
    about: 'teacher scores -> a small BERT',
    home: 'student',
    seconds: 76,
    reads: { pairs: 'pairs', scores: 'score', staticBiEncoder: 'table', pseudo: 'pseudo-queries' },
    gathers: 'embeds',
    reported: true,
    role: 'student',
    async load() {
      const { distil, distilSchema } = await import('@disranker/student/distil')
      return { schema: distilSchema, run: distil }
    },
  }),

  // what is served
  defineStage({
    name: 'convert',
    about: 'small BERT -> fp32 ONNX',
    home: 'onnx',
    seconds: 0,
    reads: { student: 'distil' },
    load: async () => ({ run: (await import('@disranker/onnx/convert')).convert }),
  }),
  defineStage({
    name: 'quantize',
    about: 'fp32 ONNX -> int8 ONNX bundle, and the run it ranks',
    home: 'onnx',
    seconds: 28,
    reads: { student: 'distil', converted: 'convert', pairs: 'pairs' },
    reported: true,
    async load() {
      const { quantize, quantizeSchema } = await import('@disranker/onnx/quantize')
      return { schema: quantizeSchema, run: quantize }
    },
  }),

  defineStage({
    name: 'vectors',
    about:
      'int8 bundle + a published encoder -> a bundle that ranks documents with vectors, and the run it ranks',
    home: 'onnx',
    reads: {
      pairs: 'pairs',
      pseudo: 'pseudo-queries',
      student: 'distil',
      table: 'table',
      quantized: 'quantize',
      features: 'features',
      heads: 'heads',
    },
    reported: true,
    async load() {
      const { vectors, vectorsSchema } = await import('@disranker/onnx/vectors')
      return { schema: vectorsSchema, run: vectors }
    },
  }),

  // what it is worth; runs kept by `npm run keep -- <name>` are in packages/metrics/kept
  defineStage({
    name: 'evaluate',
    about: 'every run -> one report',
    home: 'metrics',
    seconds: 4,
    reads: { pairs: 'pairs' },
    gathers: 'reported',
    checkout: () => ({ kept: folder('metrics/kept') }),
    async load() {
      const { evaluate, evaluateSchema } = await import('@disranker/metrics/evaluate')
      return { schema: evaluateSchema, run: evaluate }
    },
  }),

  // whether users are better off: no part of a training, run when something was recorded
  defineStage({
    name: 'experiment',
    about: 'recorded searches and events -> a verdict on an experiment',
    home: 'online',
    reads: {},
    apart: true,
    files: ['$TURBO_ROOT$/packages/dataset/in/ubi_*/**', '$TURBO_ROOT$/apps/edge/experiments.json'],
    async load() {
      const { experiment, experimentSchema } = await import('@disranker/online/experiment')
      const recorded = folder('dataset/in')
      const experiments = folder('../apps/edge/experiments.json')
      return { schema: experimentSchema, run: (options) => experiment({ ...options, recorded, experiments }) }
    },
  }),
]
