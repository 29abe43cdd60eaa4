// A student or a teacher as the files of a hub repository: at the top the files that transformers and
// sentence-transformers load, a student's ONNX files under onnx/ for transformers.js, and a card that
// describes its source.
import { existsSync, openAsBlob, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, type Manifest, readManifest, sha256 } from '@disranker/stage'
import { readBundle } from '../bundle.ts'
import { pairForm, startedFrom, type ToldOf } from '../forms/pair-form.ts'
import { BUNDLE_FOLDER } from '../import/import-bundle.ts'
import { type FigureTable, figureRow, figuresOf, hubCard } from './hub-card.ts'
import { inlineWeights } from './inline-weights.ts'
import { plainFigures } from './plain-figures.ts'
import { usageOf } from './usage.ts'

interface Published {
  /** report.json of the stage `evaluate`, if there is one */
  readonly report?: string
  /** of the weights, as an SPDX identifier; without one others may not use the repository */
  readonly licence?: string | undefined
  /** codes of the languages of its texts, such as "en" */
  readonly languages?: readonly string[] | undefined
}

export interface StudentFolders extends Published {
  /** a student's folder */
  readonly student: string
  /** folders of the stages `convert` and `quantize` */
  readonly converted: string
  readonly quantized: string
  /** folder of the stage `pairs`, on whose test split the student is measured as other programs load it */
  readonly pairs?: string
  /** "owner/name", for the code that loads it */
  readonly repository?: string
}

export interface TeacherFolder extends Published {
  /** of the stage `sft` */
  readonly teacher: string
}

/** By path; a large file is read when it is sent. */
export type HubFiles = ReadonlyMap<string, Uint8Array | Blob>

/** of a student with a static bi-encoder */
const WIDE = 'wide.safetensors'
const TAGS = ['reranker', 'cross-encoder', 'text-ranking', 'onnx', 'disranker']
/** of a student that other libraries can rank with */
const PLAIN_TAGS = ['sentence-transformers', 'transformers.js']
const TOP = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json']

/**
 * The folder that other programs load, the ONNX graphs for transformers.js, and the whole student: its static
 * bi-encoder and the bundle that `import` restores.
 * @throws {InputError} when a folder is not complete, int8 was made from another student, or the student from
 * other pairs
 */
export async function studentFiles(folders: StudentFolders): Promise<HubFiles> {
  const { student, converted, quantized, report, licence, languages, repository = 'owner/name' } = folders
  const [made, int8] = [manifestOf(student, 'distil'), manifestOf(quantized, 'quantize')]
  manifestOf(converted, 'convert')
  if (int8.inputs.student !== made.content)
    throw new InputError(
      `${quantized} was made of another student than ${student}. Run: npx turbo run quantize`,
    )
  // its figures would be on queries that it may have learned from
  if (folders.pairs !== undefined && made.inputs.pairs !== manifestOf(folders.pairs, 'pairs').content)
    throw new InputError(
      `${student} was made of other data than ${folders.pairs}: the run after it was refused or ended before its end. Run: npx turbo run train`,
    )
  const { network } = JSON.parse(readFileSync(join(student, 'config.json'), 'utf8')).disranker ?? {}
  if (network?.leftOut !== undefined)
    throw new InputError(
      `The student has no network, which is what other libraries load: ${network.leftOut}. Publish its bundle (npm run publish-model --workspace @disranker/edge -- <bundle folder>), or train one with the network 'always' (packages/student/recipes/student.ts).`,
    )
  const marked = isMarked(student)
  if (int8.metrics.leftOut !== undefined)
    throw new InputError(`There is no int8 model to push: ${int8.metrics.leftOut}.`)
  const onnx = (folder: string) => {
    const bundle = readBundle(join(folder, 'bundle'))
    return inlineWeights(bundle['model.onnx']!, bundle['model.onnx.data']!)
  }
  const graphs = new Map([
    ['onnx/model.onnx', onnx(converted)],
    ['onnx/model_quantized.onnx', onnx(quantized)],
  ])
  for (const [name, bytes] of Object.entries(readBundle(join(quantized, 'bundle'))))
    graphs.set(`${BUNDLE_FOLDER}/${name}`, bytes)
  const short = (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : 'not known')
  const { validation_ndcg10_int8: after, validation_ndcg10_fp32: before } = int8.metrics
  return withCard(student, made, graphs, {
    title: 'A reranker made with DisRanker',
    licence,
    languages,
    tags: marked ? TAGS : [...TAGS, ...PLAIN_TAGS],
    figures: [
      {
        holdsFor: 'Served by @disranker/reranker, with all its parts (student_int8 is the bundle):',
        rows: figuresOf(report, ({ name }) => ['bm25', 'student', 'student_int8'].includes(name)),
      },
      ...(folders.pairs === undefined ? [] : await plainTable(student, folders.pairs)),
    ],
    library: marked ? 'disranker' : 'transformers',
    usage: usageOf(repository, marked),
    quality: `nDCG@10 on validation: int8 ${short(after)}, float32 ${short(before)}.`,
  })
}

/** Whether the network reads exact-match token types. */
function isMarked(student: string): boolean {
  const { disranker } = JSON.parse(readFileSync(join(student, 'config.json'), 'utf8')) as {
    disranker?: ToldOf
  }
  return disranker?.encoding?.marks !== undefined
}

async function plainTable(student: string, pairs: string): Promise<FigureTable[]> {
  const found = await plainFigures(student, pairs)
  return found === undefined
    ? []
    : [
        {
          holdsFor:
            'Loaded by transformers, sentence-transformers or transformers.js, which rank by the network alone and give it no exact-match token types (float32):',
          rows: [figureRow('network alone', found.mrr, found.ndcg, found.queries)],
        },
      ]
}

/** @throws {InputError} when the folder is not complete, or there is no decoder */
export async function teacherFiles({
  teacher,
  report,
  licence,
  languages,
}: TeacherFolder): Promise<HubFiles> {
  const made = manifestOf(teacher, 'sft')
  if (made.metrics.leftOut !== undefined)
    throw new InputError(
      `There is no decoder to push: sft was left out, ${made.metrics.leftOut}. Wanted: a recipe of cpt that makes one (packages/teacher/recipes/cpt.ts).`,
    )
  return withCard(teacher, made, new Map(), {
    title: 'A teacher of rerankers made with DisRanker',
    licence,
    languages,
    figures: [
      {
        holdsFor: 'Scored by DisRanker:',
        // the decoder alone: with several teachers, the row of that name is their sum
        rows: figuresOf(
          report,
          ({ name, what }) => name === 'bm25' || (/^teacher/.test(name) && /^decoder/.test(what)),
        ),
      },
    ],
  })
}

async function withCard(
  folder: string,
  made: Manifest,
  graphs: ReadonlyMap<string, Uint8Array>,
  said: Pick<
    Parameters<typeof hubCard>[0],
    'title' | 'licence' | 'figures' | 'quality' | 'tags' | 'usage' | 'library'
  > & { readonly languages?: readonly string[] | undefined },
): Promise<HubFiles> {
  const files = new Map<string, Uint8Array | Blob>()
  const listed = []
  const extra = existsSync(join(folder, WIDE)) ? [WIDE] : []
  for (const path of [...TOP, ...extra]) {
    if (!existsSync(join(folder, path)))
      throw new InputError(
        `${folder} has no ${path}: an older version made it. Run: npx turbo run ${made.stage} --force`,
      )
    const blob = await openAsBlob(join(folder, path))
    files.set(path, blob)
    listed.push({ path, ...made.files[path]! })
  }
  for (const [path, bytes] of graphs) {
    files.set(path, bytes)
    listed.push({ path, bytes: bytes.byteLength, sha256: sha256(bytes) })
  }
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const told: ToldOf = config.disranker ?? {}
  const about = [
    told.encoding?.marks !== undefined
      ? 'It reads exact-match token types as token types and an overlap token (`disranker.encoding` in config.json), which @disranker/reranker computes. Other programs load it, and score without the marks it was trained with: they rank worse, see the figures.'
      : `It reads \`${pairForm(told.encoding)}\` and answers one logit.`,
    ...startedFrom(told),
  ]
  const base = told.source?.name.includes('/') ? told.source.name : undefined
  const { languages = [], ...rest } = said
  const card = hubCard({ ...rest, languages, base, config, about, made, files: listed })
  return files.set('README.md', new TextEncoder().encode(card))
}

function manifestOf(folder: string, stage: string): Manifest {
  if (!existsSync(join(folder, 'manifest.json')))
    throw new InputError(`${folder} is not complete. Run: npx turbo run ${stage}`)
  return readManifest(folder)
}
