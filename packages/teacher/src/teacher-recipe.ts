// The teachers that a recipe of `score` may name.
import { type ApiName, apis, needsTemplates, price, requested, server } from '@disranker/scorers'
import { InputError } from '@disranker/stage'
import { recipeParts } from '@disranker/training'
import { z } from 'zod'

const weighed = {
  /** its weight in the sum; 'auto': chosen on validation */
  weight: z.union([z.literal('auto'), z.number()]),
  /** name of its folder and its row; by default the last part of its source */
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .exactOptional(),
}
const text = z.string().min(1)
type Asks = { api: ApiName; model?: string; prompt?: unknown; templates?: unknown }
const hasTemplates = ({ api, model, templates }: Asks) =>
  !/^vllm/.test(api) || templates !== undefined || !needsTemplates(model)
const TEMPLATES =
  'needs `templates`, because a model of this name ranks badly without them: "qwen3-reranker", texts of your own, or "none" where the server was started with a template'
const noTwoTemplates = ({ api, templates }: Asks) => api !== 'chat' || templates === undefined
const PROMPT_ALONE = 'takes no `templates` with `api: "chat"`: its `prompt` is one'
const asksRightly = ({ api, prompt }: { api: ApiName; prompt?: unknown }) =>
  (api === 'chat') === (prompt !== undefined)
const CHAT_ASKS = 'needs `prompt` with `api: "chat"`, and takes it with no other'
const checkpoint = {
  ...weighed,
  /** of the hub: the commit, so that the model never changes; "main" by default */
  revision: text.exactOptional(),
  /** tokens of query and document together, and of the query */
  maxLength: recipeParts.count,
  maxQuery: recipeParts.count,
}
const arms = {
  /** the decoder of a stage */
  decoder: z.strictObject({ ...weighed, decoder: z.literal('sft') }),
  /** the scores of a stage for every candidate */
  scores: z.strictObject({ ...weighed, scores: text }),
  /** scores that were made elsewhere: `in/<file>.run`, `.jsonl`, `.parquet`, ... */
  file: z.strictObject({ ...weighed, file: text }),
  /** a model of the hub, such as "cross-encoder/ms-marco-MiniLM-L6-v2", or the path of a folder */
  crossEncoder: z.strictObject({ ...checkpoint, crossEncoder: text }),
  /** a sentence encoder, scored by the cosine */
  biEncoder: z.strictObject({
    ...checkpoint,
    biEncoder: text,
    /** by default that of its folder */
    pooling: z.enum(['mean', 'cls']).exactOptional(),
    queryPrefix: z.string().exactOptional(),
    documentPrefix: z.string().exactOptional(),
  }),
  /** a model on a server */
  url: z
    .strictObject({
      ...weighed,
      ...server,
      /** required if the server needs a key: nothing is sent before the user agrees to the cost */
      price: price.exactOptional(),
    })
    .refine(asksRightly, CHAT_ASKS)
    .refine(hasTemplates, TEMPLATES)
    .refine(noTwoTemplates, PROMPT_ALONE)
    .refine(
      ({ key, price }) => key === undefined || price !== undefined,
      'takes a key, so it may cost money: needs `price`, { currency: "USD", perMillionTokens: 0 } where it is free',
    ),
  /**
   * a model that another machine runs: `in/<batch>.requests.jsonl` is written, `in/<batch>.results*.jsonl`
   * read
   */
  batch: z
    .strictObject({ ...weighed, ...requested, batch: z.string().regex(/^[\w-]+$/) })
    .refine(asksRightly, CHAT_ASKS)
    .refine(hasTemplates, TEMPLATES)
    .refine(noTwoTemplates, PROMPT_ALONE)
    .refine(({ api }) => 'batch' in apis[api], 'vLLM has no batches of this API'),
}

type Arms = { readonly [Kind in keyof typeof arms]: Readonly<z.output<(typeof arms)[Kind]>> }
export type FileTeacher = Arms['file']
export type ServedTeacher = Arms['url']
export type BatchTeacher = Arms['batch']
export type TeacherRecipe = Arms[keyof Arms]

/** By the key that names the source of a teacher, so that an error is reported for the intended kind. */
export const teacherSchema = z
  .looseObject({})
  .superRefine((given, context) => {
    const kinds = Object.keys(arms).filter((kind) => kind in given) as (keyof typeof arms)[]
    if (kinds.length !== 1)
      context.addIssue(
        `needs one of ${Object.keys(arms).join(', ')}, and has ${kinds.join(' and ') || 'none'}`,
      )
    else
      for (const issue of arms[kinds[0]!].safeParse(given).error?.issues ?? []) context.addIssue({ ...issue })
  })
  .meta(recipeParts.formsOf(...Object.values(arms))) as unknown as z.ZodType<TeacherRecipe>

/** The stage whose folder a teacher is read from, if any. */
export function stageOf(teacher: TeacherRecipe): string | undefined {
  if ('decoder' in teacher) return teacher.decoder
  return 'scores' in teacher ? teacher.scores : undefined
}

/** The name of a teacher: from the recipe, or the last part of its source. */
export function nameOf(teacher: TeacherRecipe): string {
  if (teacher.name !== undefined) return teacher.name
  const from =
    stageOf(teacher) ??
    ('file' in teacher
      ? teacher.file
      : 'crossEncoder' in teacher
        ? teacher.crossEncoder
        : 'biEncoder' in teacher
          ? teacher.biEncoder
          : 'batch' in teacher
            ? teacher.batch
            : ((teacher as ServedTeacher).model ?? (teacher as ServedTeacher).api))
  return from
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)!
    .replace(/[^\w.-]/g, '_')
}

/** @throws {InputError} when two teachers have the same name */
export function checkNames(teachers: readonly TeacherRecipe[]): void {
  const names = teachers.map(nameOf)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputError(
      `recipes/score.ts has two teachers called ${twice}. Give one of them another \`name\`.`,
    )
}
