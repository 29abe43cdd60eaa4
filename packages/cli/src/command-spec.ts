// What a command is, as data.
export interface CommandSpec {
  readonly name: string
  /** one line of `--help` */
  readonly about: string
  /** commander's notation: `<wanted>`, `[optional]`, `[several...]` */
  readonly arguments?: readonly (readonly [notation: string, about: string])[]
  /** commander's notation: `--flag`, `--option <value>` */
  readonly options?: readonly (readonly [notation: string, about: string])[]
  /** options that are not listed go to the script as they are */
  readonly passesOptions?: boolean
  /** one line to paste */
  readonly example?: string
  /** what runs, for the words that the person gave; several run one after the other, each only when the last one succeeded */
  runs(words: readonly string[]): readonly Run[]
  /** the result for `--json`, read from what the command has left */
  result?(words: readonly string[]): unknown
}

export interface Run {
  /** a module of the checkout, an absolute path, or `turbo` */
  readonly script: string
  readonly words: readonly string[]
  /** variables in addition to those of this process */
  readonly env?: Readonly<Record<string, string>>
}

/** A script of the checkout that takes the words as they are. */
export const script =
  (path: string, ...before: string[]) =>
  (words: readonly string[]): Run[] => [{ script: path, words: [...before, ...words] }]
