// The inputs of a recipe's scores in addition to the folders of stages: checkpoints, and the user's files.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findCheckpoint } from '@disranker/checkpoint'
import { hashFiles } from '@disranker/stage'
import { nameOf, type TeacherRecipe } from '../teacher-recipe.ts'

export interface TeacherFacts {
  /** hashes, commits and addresses; `from` exists when a teacher was trained elsewhere */
  readonly facts: Readonly<Record<string, string>>
  /** checkpoints by the name of their teacher: their folder, and their identity */
  readonly checkpoints: Readonly<Record<string, { readonly folder: string; readonly identity: string }>>
}

/** Fetches the checkpoints, and hashes the files in `input` if a teacher reads them. */
export async function factsOf(
  teachers: readonly TeacherRecipe[],
  input: string,
  signal: AbortSignal | undefined,
): Promise<TeacherFacts> {
  const checkpoints: Record<string, { folder: string; identity: string }> = {}
  const facts: Record<string, string> = {}
  const from: string[] = []
  for (const teacher of teachers) {
    const name = nameOf(teacher)
    if ('crossEncoder' in teacher || 'biEncoder' in teacher) {
      const { revision } = teacher
      const model = 'crossEncoder' in teacher ? teacher.crossEncoder : teacher.biEncoder
      const source = await findCheckpoint(
        { from: model, ...(revision !== undefined && { revision }) },
        signal,
      )
      checkpoints[name] = { folder: source.folder, identity: source.identity }
      from.push(source.identity)
    } else if ('url' in teacher || 'batch' in teacher) from.push(`${teacher.model ?? teacher.api}`)
    const stem =
      'file' in teacher ? teacher.file : 'batch' in teacher ? `${teacher.batch}.results` : undefined
    if (stem === undefined || !existsSync(input)) continue
    if ('file' in teacher) from.push(`file ${stem}`)
    if (readdirSync(input).some((entry) => entry.startsWith(stem)))
      for (const [file, { sha256 }] of Object.entries(await hashFiles(input)))
        if (file.startsWith(stem)) facts[join('in', file)] = sha256
  }
  return { facts: { ...facts, ...(from.length > 0 && { from: from.join(', ') }) }, checkpoints }
}
