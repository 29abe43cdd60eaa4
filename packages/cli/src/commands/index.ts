// All commands, in the order of `--help`. A new one is a file here and a line below.
import type { CommandFile } from '../command-file.ts'
import { bench } from './bench.ts'
import { collect } from './collect.ts'
import { compare } from './compare.ts'
import { deploy } from './deploy.ts'
import { exportPairs } from './export.ts'
import { importModel } from './import.ts'
import { keep } from './keep.ts'
import { promote } from './promote.ts'
import { publishDocuments } from './publish-documents.ts'
import { push } from './push.ts'
import { serve } from './serve.ts'
import { start } from './start.ts'
import { train } from './train.ts'
import { tryOut } from './try.ts'

export const commands: readonly CommandFile[] = [
  tryOut,
  start,
  train,
  serve,
  importModel,
  deploy,
  keep,
  compare,
  exportPairs,
  push,
  publishDocuments,
  collect,
  promote,
  bench,
]
