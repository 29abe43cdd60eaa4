import { join } from 'node:path'
import { type CommandFile, script } from '../command-file.ts'
import { optionValue, readJson } from '../read-words.ts'

export const importModel: CommandFile = {
  name: 'import',
  about: 'make the int8 bundle of a published cross-encoder',
  arguments: [['<model>', 'owner/name of the hub, or a folder']],
  options: [
    ['--out <folder>', 'where the bundle goes'],
    ['--revision <revision>', 'a branch, tag or commit of the repository'],
    ['--pairs <file>', 'JSONL of {"query", "document"} to calibrate and compare on'],
    ['--max-length <tokens>', 'longest pair'],
    ['--layers <layers>', 'how many layers stay, or which: 0,2,5'],
    ['--vocabulary <file>', 'a text: only what its words need stays of the vocabulary'],
    ['--instruction-template <text>', 'the query of a model trained with instructions'],
    ['--min-agreement <tau>', 'least agreement of int8 with float32'],
  ],
  example: 'disranker import cross-encoder/ms-marco-MiniLM-L6-v2 --out bundle',
  runs: script('packages/onnx/src/import/cli.ts', 'import'),
  result(words) {
    const bundle = optionValue(words, '--out')!
    return { bundle, ...readJson(join(bundle, 'manifest.json')) }
  },
}
