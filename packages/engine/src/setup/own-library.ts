// The user's own libtensorflow: the folder of a release (include, lib), or the folder `tensorflow` of the
// Python package, which has the same library and headers.
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@disranker/stage'

export interface OwnLibrary {
  /** contains tensorflow/c/c_api.h */
  readonly include: string
  /** the folder of the libraries */
  readonly folder: string
  /** file names: libtensorflow and, if it is separate, libtensorflow_framework */
  readonly files: readonly string[]
}

/**
 * @param given DISRANKER_LIBTENSORFLOW
 * @throws {InputError} naming the missing part
 */
export function ownLibrary(given: string): OwnLibrary {
  const root = resolve(given)
  const wrong = (what: string) =>
    new InputError(
      `DISRANKER_LIBTENSORFLOW is ${given}: ${what}. Wanted a release of libtensorflow (include/tensorflow/c/c_api.h, lib/libtensorflow.so.2), or the folder "tensorflow" of the Python package tensorflow or tensorflow-cpu, 2.12 or later.`,
    )
  if (!existsSync(root)) throw wrong('the folder does not exist')
  const include = join(root, 'include')
  if (!existsSync(join(include, 'tensorflow', 'c', 'eager', 'c_api.h')))
    throw wrong('it has no include/tensorflow/c/eager/c_api.h')
  for (const folder of [join(root, 'lib'), root]) {
    const files = existsSync(folder) ? librariesAmong(readdirSync(folder)) : []
    if (files.length > 0) return { include, folder, files }
  }
  throw wrong('neither it nor its folder lib has a libtensorflow or libtensorflow_cc')
}

/** Of several names of one file (libtensorflow.so, .so.2, .so.2.12.1) the one that programs link to. */
function librariesAmong(names: readonly string[]): string[] {
  const first = (stem: string) =>
    [`lib${stem}.so.2`, `lib${stem}.so`, `lib${stem}.2.dylib`, `lib${stem}.dylib`].find((name) =>
      names.includes(name),
    )
  const main = first('tensorflow') ?? first('tensorflow_cc')
  const framework = first('tensorflow_framework')
  return main === undefined ? [] : [main, ...(framework === undefined ? [] : [framework])]
}
