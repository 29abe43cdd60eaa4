export { compile } from './compile.ts'
export { compiledFiles } from './compiled-files.ts'
