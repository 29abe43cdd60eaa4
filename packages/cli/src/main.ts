#!/usr/bin/env node
// `npx disranker <command>`, in a checkout or from the published package, which has only the commands that
// need no checkout.
import { commands } from './commands.ts'
import { installedCommands } from './installed-commands.ts'
import { createProgram } from './program.ts'
import { runScripts } from './run-scripts.ts'

const isCheckout = import.meta.url.endsWith('.ts')
const program = createProgram(isCheckout ? commands : installedCommands, {
  async run(file, words, json) {
    const code = await runScripts(file.runs(words), json)
    if (json && code === 0) console.log(JSON.stringify(file.result?.(words) ?? null, undefined, 2))
    return code
  },
  exit(code) {
    process.exitCode = code
  },
})
if (!isCheckout)
  program.addHelpText(
    'after',
    '\nTraining, comparing and deploying run in a checkout of the repository. `npx @disranker/onnx import` makes bundles of published cross-encoders.',
  )
await program.parseAsync()
