// The list of served APIs. If several share a path, the body tells which one is meant. A new API is a file in
// this folder and a line in the list.
import { z } from 'zod'
import type { Errors } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { cohereV1 } from './cohere-v1.ts'
import { cohereV2 } from './cohere-v2.ts'
import { dashScope, dashScopeFlat } from './dashscope.ts'
import type { Dialect } from './dialect.ts'
import { infinity } from './infinity.ts'
import { llamaCpp, llamaCppTexts } from './llama-cpp.ts'
import { mixedbread } from './mixedbread.ts'
import { nim } from './nim.ts'
import { pinecone } from './pinecone.ts'
import { score } from './score.ts'
import { type TeiTruncation, tei } from './tei.ts'
import { vllm } from './vllm.ts'
import { voyage } from './voyage.ts'
import { weaviate } from './weaviate.ts'

export type { Dialect, Errors, TeiTruncation }

/**
 * In the order of the description; if several share a path, the first gets all bodies that the others do not
 * claim.
 */
const allOf = (limits: Limits, truncation: TeiTruncation | undefined): readonly Dialect[] => [
  cohereV2(limits),
  cohereV1(limits),
  vllm(limits),
  score(limits),
  infinity(limits),
  llamaCpp(limits),
  llamaCppTexts(limits),
  mixedbread(limits),
  nim(limits),
  voyage(limits),
  pinecone(limits),
  dashScope(limits),
  dashScopeFlat(limits),
  weaviate(limits),
  tei(limits, truncation),
]

/** The APIs of one path. */
export interface PathDialects {
  readonly all: readonly Dialect[]
  /** the API of a body */
  choose(body: unknown): Dialect
  /** the error format before the body is read: with the members of all its APIs */
  readonly undecided: Errors
  /** of those errors and of each API's own */
  readonly errorSchemas: readonly z.ZodType[]
}

export interface Dialects {
  readonly all: readonly Dialect[]
  /** path -> its APIs */
  readonly paths: Readonly<Record<string, PathDialects>>
  /** the error format of paths that do not exist in the API */
  errorsUnder(path: string): Errors | undefined
}

export function createDialects(limits: Limits, truncation?: TeiTruncation): Dialects {
  const all = allOf(limits, truncation)
  const names = [...new Set(all.flatMap(({ paths }) => paths))]
  return {
    all,
    paths: Object.fromEntries(
      names.map((path) => [path, together(all.filter(({ paths }) => paths.includes(path)))]),
    ),
    errorsUnder(path) {
      const found = all.find(({ under }) => under !== undefined && path.startsWith(under))
      // the status of an unknown path, for which no API has a special one
      return found && { errorBody: found.errorBody }
    },
  }
}

function together(all: readonly Dialect[]): PathDialects {
  const [first, ...others] = all as readonly [Dialect, ...Dialect[]]
  if (others.length === 0)
    return { all, choose: () => first, undecided: first, errorSchemas: [first.errorSchema] }
  const isObject = (body: unknown): body is Readonly<Record<string, unknown>> =>
    typeof body === 'object' && body !== null && !Array.isArray(body)
  return {
    all,
    choose: (body) =>
      (isObject(body) && others.find(({ knownBy }) => Object.hasOwn(body, knownBy!))) || first,
    undecided: {
      errorBody: (error, id) => Object.assign({}, ...all.map((one) => one.errorBody(error, id))),
    },
    errorSchemas: [
      z.strictObject(Object.assign({}, ...all.map(({ errorSchema }) => errorSchema.shape))),
      ...all.map(({ errorSchema }) => errorSchema),
    ],
  }
}
