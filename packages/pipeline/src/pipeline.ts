// The whole pipeline from top to bottom, one stage a paragraph: click logs and an LLM go in, a small int8
// BERT comes out, with a report of its quality. This is the only place where stages are named and ordered;
// `npm run generate` writes turbo.json, the packages' scripts and the picture in README.md from it.
//
// A new stage is src/<name>.ts and recipes/<name>.ts in its package, and a paragraph here.
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineStage, type StageDefinition } from '@disranker/stage'

/** a folder of a package for the user's files */
const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/**
 * Your own click log, if there is one. Any file except the README counts, so that a missing one is reported.
 */
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

/** The code of a stage: the module's function of this name, and the schema of its recipe. */
const codeOf =
  <Module extends object, Name extends keyof Module & string>(name: Name, load: () => Promise<Module>) =>
  async () => {
    const module = await load()
    const schema = `${name}Schema` as `${Name}Schema` & keyof Module
    return { run: module[name], schema: module[schema] }
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

  // a log in packages/dataset/in replaces the example
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
    load: codeOf('pseudoQueries', () => import('@disranker/dataset/pseudo-queries')),
  }),

  // two cheap models: baselines, and teachers that learn the log's words
  defineStage({
    name: 'bag-of-words',
    about: 'graded pairs -> a bag-of-words baseline',
    home: 'student',
    seconds: 49,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries' },
    reported: true,
    teaches: true,
    embeds: true,
    background: true,
    load: codeOf('bagOfWords', () => import('@disranker/student/bag-of-words')),
  }),
  defineStage({
    name: 'static-bi-encoder',
    about:
      "graded pairs -> a static bi-encoder on the student's tokens: a teacher, and a term of the student's score",
    home: 'student',
    seconds: 49,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries' },
    reported: true,
    teaches: true,
    embeds: true,
    background: true,
    load: codeOf('staticBiEncoder', () => import('@disranker/student/static-bi-encoder')),
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
    load: codeOf('features', () => import('@disranker/sentence-encoder/features')),
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
    load: codeOf('heads', () => import('@disranker/sentence-encoder/heads')),
  }),

  // a term of the student's score, in addition to its network
  defineStage({
    name: 'table',
    about: 'vectors + pseudo-queries -> the static bi-encoder that is served',
    home: 'student',
    seconds: 32,
    reads: { pairs: 'pairs', pseudo: 'pseudo-queries', staticBiEncoder: 'static-bi-encoder' },
    gathers: 'embeds',
    reported: true,
    background: true,
    load: codeOf('table', () => import('@disranker/student/table')),
  }),

  // the teacher of the method: a decoder that learns the domain, then to rank
  defineStage({
    name: 'cpt',
    about: 'clicked pairs -> a decoder that knows the domain',
    home: 'teacher',
    seconds: 17,
    reads: { pairs: 'pairs' },
    reported: true,
    load: codeOf('cpt', () => import('@disranker/teacher/cpt')),
  }),
  defineStage({
    name: 'sft',
    about: 'graded pairs -> a teacher that ranks',
    home: 'teacher',
    seconds: 36,
    reads: { pairs: 'pairs', teacher: 'cpt' },
    reported: true,
    teaches: true,
    load: codeOf('sft', () => import('@disranker/teacher/sft')),
  }),

  // another teacher, if weights are published
  defineStage({
    name: 'bi-encoder',
    about: 'graded pairs + a published bi-encoder -> it, fine-tuned, and its scores',
    home: 'teacher',
    seconds: 0,
    reads: { pairs: 'pairs' },
    reported: true,
    role: 'bi-encoder',
    teaches: true,
    load: codeOf('biEncoder', () => import('@disranker/teacher/bi-encoder')),
  }),

  // the teachers of recipes/score.ts, standardised and added; the user's files and answers are in
  // packages/teacher/in
  defineStage({
    name: 'score',
    about: 'teachers -> a score for every candidate',
    home: 'teacher',
    seconds: 32,
    postpones: 27,
    reads: { pairs: 'pairs' },
    gathers: 'teaches',
    reported: true,
    files: ['in/**'],
    // the keys of the servers
    variables: ['*_API_KEY'],
    checkout: () => ({
      input: folder('teacher/in'),
      kept: folder('teacher/kept'),
      agreed: process.argv.includes('--yes') || process.env.DISRANKER_YES === '1',
      environment: process.env,
    }),
    load: codeOf('score', () => import('@disranker/teacher/score')),
  }),

  // one student twice: without the teacher, and with it
  defineStage({
    name: 'labels',
    about: 'graded pairs -> the same student without a teacher: the baseline distillation must beat',
    home: 'student',
    seconds: 75,
    reads: { pairs: 'pairs', staticBiEncoder: 'static-bi-encoder' },
    reported: true,
    background: true,
    role: 'student',
    load: codeOf('labels', () => import('@disranker/student/labels')),
  }),
  defineStage({
    name: 'distil',
    about: 'teacher scores -> a small BERT',
    home: 'student',
    seconds: 60,
    postpones: 13,
    reads: { pairs: 'pairs', scores: 'score', staticBiEncoder: 'table', pseudo: 'pseudo-queries' },
    gathers: 'embeds',
    reported: true,
    role: 'student',
    load: codeOf('distil', () => import('@disranker/student/distil')),
  }),

  // the served model
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
    seconds: 25,
    reads: { student: 'distil', converted: 'convert', pairs: 'pairs' },
    reported: true,
    load: codeOf('quantize', () => import('@disranker/onnx/quantize')),
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
    load: codeOf('vectors', () => import('@disranker/onnx/vectors')),
  }),

  // its quality; runs kept by `npm run keep -- <name>` are in packages/metrics/kept
  defineStage({
    name: 'evaluate',
    about: 'every run -> one report',
    home: 'metrics',
    seconds: 4,
    reads: { pairs: 'pairs' },
    gathers: 'reported',
    checkout: () => ({ kept: folder('metrics/kept') }),
    load: codeOf('evaluate', () => import('@disranker/metrics/evaluate')),
  }),

  // whether users are better off: not part of a training, run when there are records
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
