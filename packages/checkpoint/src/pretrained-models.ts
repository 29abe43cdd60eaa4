// The published models that `npm start` and `npm run start:pretrained` use, each pinned to a commit.

export interface NamedCheckpoint {
  /** a model of the hub, such as "HuggingFaceTB/SmolLM2-135M", or the path of a folder */
  readonly from: string
  /** of the hub: the commit, so that the model never changes; "main" by default */
  readonly revision?: string
}

// 6 layers of 384 features, 91 MB, for English
const MINILM = {
  from: 'sentence-transformers/all-MiniLM-L6-v2',
  revision: '1110a243fdf4706b3f48f1d95db1a4f5529b4d41',
}

/** The encoder of a corpus, by its language (packages/sentence-encoder). */
export const publishedEncoders = {
  english: MINILM,
  // 12 layers of 384 features, 471 MB, of some hundred languages; its weights have the SHA-256 1a55775f...
  multilingual: {
    from: 'intfloat/multilingual-e5-small',
    revision: 'fd1525a9fd15316a2d503bf26ab031a61d056e98',
    prefixes: { query: 'query: ', document: 'passage: ' },
  },
}

/** The models that need a flag. */
export const pretrainedModels = {
  /** a bi-encoder as a teacher, fine-tuned, with `--fine-tune` */
  'bi-encoder': MINILM,
  /** the start of the student, with `--student` */
  student: MINILM,
  /** a pre-trained decoder, with `--decoder`; use a larger one if you have a GPU */
  decoder: {
    from: 'HuggingFaceTB/SmolLM2-135M',
    revision: '93efa2f097d58c2a74874c7e644dbc9b0cee75a2',
  },
} satisfies Readonly<Record<string, NamedCheckpoint>>

/**
 * SHA-256 of model.safetensors at the pinned commits: a folder with one of these names must contain this
 * file.
 */
export const KNOWN_WEIGHTS = [
  { ...MINILM, sha256: '53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db' },
] as const

export type PretrainedRole = keyof typeof pretrainedModels

/**
 * Whether `npm run start:pretrained` was asked for a role: DISRANKER_PRETRAINED names them, separated by
 * commas.
 */
export const isAsked = (role: PretrainedRole): boolean =>
  (process.env.DISRANKER_PRETRAINED ?? '').split(',').includes(role)
