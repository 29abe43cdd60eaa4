// The definition of a command, as data.
export interface CommandSpec {
  readonly name: string
  /** one line of `--help` */
  readonly about: string
  /** commander's notation: `<wanted>`, `[optional]`, `[several...]` */
  readonly arguments?: readonly (readonly [notation: string, about: string])[]
  /** commander's notation: `--flag`, `--option <value>` */
  readonly options?: readonly (readonly [notation: string, about: string])[]
  /** options that are not listed are passed to the script unchanged */
  readonly passesOptions?: boolean
  /** an example line to paste */
  readonly example?: string
  /**
   * the scripts for the user's arguments; several run one after the other, each only if the previous one
   * succeeded
   */
  runs(words: readonly string[]): readonly Run[]
  /** the result for `--json`, read from the files that the command wrote */
  result?(words: readonly string[]): unknown
}

export interface Run {
  /** a module of the checkout, an absolute path, or `turbo` */
  readonly script: string
  readonly words: readonly string[]
  /** variables in addition to those of this process */
  readonly env?: Readonly<Record<string, string>>
}

/** A script of the checkout that receives the arguments unchanged. */
export const script =
  (path: string, ...before: string[]) =>
  (words: readonly string[]): Run[] => [{ script: path, words: [...before, ...words] }]
