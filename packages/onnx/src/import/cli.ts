#!/usr/bin/env node
// `npx @disranker/onnx import <owner/name | folder> --out bundle`, in the monorepo `npm run import -- ...`.
import { parseArgs } from 'node:util'
import { fetchModel, hubSettings } from '@disranker/checkpoint'
import type { InstructionForm } from '@disranker/reranker'
import { InputError, runProgram } from '@disranker/stage'
import { importModel } from './import-model.ts'

const USAGE = `import <owner/name of the hub, or a folder> --out <folder>
  --revision R           a branch, tag or commit of the hub's repository (main)
  --pairs FILE           JSONL of {"query", "document"} to calibrate and compare on; built-in pairs without it
  --max-length N         longest pair in tokens (256)
  --layers N | 0,2,5     how many layers stay, evenly spread, or which
  --vocabulary FILE      a text file: only what its words need stays of the vocabulary
  --instruction-template TEXT  the query of a model that was trained with instructions: 'Instruct: {instruction}\nQuery: {query}'
  --min-agreement T      least Kendall tau of int8 with float32 (.97)`

const OPTIONS = ['out', 'revision', 'pairs', 'max-length', 'layers', 'vocabulary'].concat([
  'min-agreement',
  'instruction-template',
])
const NUMBER = /^\d*\.?\d+$/

async function run(words: readonly string[]): Promise<void> {
  const [command, source, ...rest] = words
  if (command !== 'import' || source === undefined || source.startsWith('-')) throw new InputError(USAGE)
  const { values } = parseArgs({
    args: rest,
    options: Object.fromEntries(OPTIONS.map((name) => [name, { type: 'string' as const }])),
  })
  const number = (name: string) => {
    const value = values[name] as string | undefined
    if (value !== undefined && !NUMBER.test(value))
      throw new InputError(`--${name} is "${value}"; wanted a number.`)
    return value === undefined ? undefined : Number(value)
  }
  const text = (name: string) => values[name] as string | undefined
  const out = text('out')
  if (out === undefined) throw new InputError(`--out is missing.\n${USAGE}`)
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const settings = hubSettings(process.env)
  const found = await fetchModel(source, { revision: text('revision'), settings, signal: interrupt.signal })
  await importModel({
    folder: found.folder,
    name: found.repository,
    revision: found.commit,
    out,
    pairs: text('pairs'),
    maxLength: number('max-length'),
    layers: text('layers'),
    vocabulary: text('vocabulary'),
    instruction: instructionOf(text('instruction-template')),
    minAgreement: number('min-agreement'),
    say: (line) => console.log(line),
    signal: interrupt.signal,
  })
  // a checkout has the sources of the Worker; the published package does not
  const serve = import.meta.url.endsWith('.ts')
    ? 'npm run dev -- --bundle'
    : 'ALLOW_LOCAL=true npx --package @disranker/edge disranker-edge'
  console.log(`bundle -> ${out}. Serve it: ${serve} ${out}`)
}

/** @throws {InputError} the template lacks a placeholder */
function instructionOf(template: string | undefined): InstructionForm | undefined {
  if (template === undefined) return undefined
  for (const place of ['{instruction}', '{query}'])
    if (!template.includes(place))
      throw new InputError(
        `--instruction-template has no ${place}; wanted the query as the model's card writes it, like 'Instruct: {instruction}\\nQuery: {query}'.`,
      )
  // a shell passes \n as two characters
  return { template: template.replaceAll('\\n', '\n') }
}

await runProgram('import', run)
