export type { CommandSpec } from './command-spec.ts'
export { commands } from './commands.ts'
