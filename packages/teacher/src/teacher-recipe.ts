// The teachers that a recipe of `score` may name.
import type { Price, Requested, Server } from '@disranker/scorers'
import { InputError } from '@disranker/stage'

interface Weighed {
  /** how loud its voice is in the sum; 'auto': chosen on validation */
  readonly weight: number | 'auto'
  /** of its row in the report; what it is made from when not given */
  readonly name?: string
}

/** The decoder that a stage left. */
export interface DecoderTeacher extends Weighed {
  readonly decoder: 'sft'
}

/** The scores that a stage left for every candidate. */
export interface StageTeacher extends Weighed {
  readonly scores: string
}

/** Scores that were made elsewhere: `in/<file>.run`, `.jsonl`, `.parquet`, ... */
export interface FileTeacher extends Weighed {
  readonly file: string
}

interface Checkpoint extends Weighed {
  /** of the hub: the commit, so that it stays the same; "main" by default */
  readonly revision?: string
  /** tokens of query and document together, and of the query */
  readonly maxLength: number
  readonly maxQuery: number
}

/** A cross-encoder: a model of the hub, such as "cross-encoder/ms-marco-MiniLM-L6-v2", or the path of a folder. */
export interface CrossEncoderTeacher extends Checkpoint {
  readonly crossEncoder: string
}

/** A model of sentences, by the cosine. */
export interface BiEncoderTeacher extends Checkpoint {
  readonly biEncoder: string
  /** that of its folder when not given */
  readonly pooling?: 'mean' | 'cls'
  readonly queryPrefix?: string
  readonly documentPrefix?: string
}

/** A model that a server has. */
export interface ServedTeacher extends Weighed, Server {
  /** needed where the server takes a key: nothing is sent before somebody agrees to what it costs */
  readonly price?: Price
}

/** A model that another machine asks: `in/<batch>.requests.jsonl` is written, `in/<batch>.results*.jsonl` read. */
export interface BatchTeacher extends Weighed, Requested {
  readonly batch: string
}

export type TeacherRecipe =
  | DecoderTeacher
  | StageTeacher
  | FileTeacher
  | CrossEncoderTeacher
  | BiEncoderTeacher
  | ServedTeacher
  | BatchTeacher

/** The stage whose folder a teacher is read from, if there is one. */
export function stageOf(teacher: TeacherRecipe): string | undefined {
  if ('decoder' in teacher) return teacher.decoder
  return 'scores' in teacher ? teacher.scores : undefined
}

/** What a teacher is called: by the recipe, or by the last part of what it is made from. */
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

/** @throws {InputError} when two teachers have one name */
export function checkNames(teachers: readonly TeacherRecipe[]): void {
  const names = teachers.map(nameOf)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputError(
      `recipes/score.ts has two teachers called ${twice}. Give one of them another \`name\`.`,
    )
}
