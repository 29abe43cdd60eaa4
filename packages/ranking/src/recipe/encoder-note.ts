// What the features stage says of the encoder that it read with, `encoder.json` in its folder: which one, and how it reads a text.
// A stage that puts the encoder into a bundle finds and feeds it by this.
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
  /** cosines are divided by it: what is scored */
  readonly temperature: number
  readonly reading: {
    /** most tokens of a text, the ones around it included */
    readonly lengths: Readonly<Record<Kind, number>>
    /** what stands before each text */
    readonly prefixes: Readonly<Record<Kind, string>>
    readonly pooling: 'mean' | 'cls' | 'last'
    /** tokens at the start and the end of each text */
    readonly around: { readonly start: readonly string[]; readonly end: readonly string[] }
  }
}

const fileOf = (folder: string) => join(folder, 'encoder.json')

export const writeEncoderNote = (folder: string, note: EncoderNote): void =>
  writeWholeFile(fileOf(folder), `${JSON.stringify(note, undefined, 2)}\n`)

/** @throws {InputError} when the stage left none */
export function readEncoderNote(folder: string): EncoderNote {
  const file = fileOf(folder)
  if (!existsSync(file))
    throw new InputError(`${file} is missing. Run \`npx turbo run features --force\` to make it again.`)
  return JSON.parse(readFileSync(file, 'utf8')) as EncoderNote
}
