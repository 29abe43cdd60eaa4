// `encoder.json` in the folder of the features stage: which encoder it used, and how the encoder reads a
// text. A stage that puts the encoder into a bundle finds and feeds it by this file.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError, writeWholeFile } from '@disranker/stage'

type Kind = 'query' | 'document'

export interface EncoderNote {
  /** a model of the hub, or the path of a folder */
  readonly from: string
  readonly revision?: string
  /** the commit, or a hash of the folder's files */
  readonly identity: string
  /** scores are cosines divided by this */
  readonly temperature: number
  readonly reading: {
    /** maximal tokens of a text, including those around it */
    readonly lengths: Readonly<Record<Kind, number>>
    /** the prefix of each text */
    readonly prefixes: Readonly<Record<Kind, string>>
    readonly pooling: 'mean' | 'cls' | 'last'
    /** tokens at the start and the end of each text */
    readonly around: { readonly start: readonly string[]; readonly end: readonly string[] }
  }
}

const fileOf = (folder: string) => join(folder, 'encoder.json')

export const writeEncoderNote = (folder: string, note: EncoderNote): void =>
  writeWholeFile(fileOf(folder), `${JSON.stringify(note, undefined, 2)}\n`)

/** @throws {InputError} when the stage wrote none */
export function readEncoderNote(folder: string): EncoderNote {
  const file = fileOf(folder)
  if (!existsSync(file))
    throw new InputError(`${file} is missing. Run \`npx turbo run features --force\` to make it again.`)
  return JSON.parse(readFileSync(file, 'utf8')) as EncoderNote
}
