export { pipeline } from './pipeline.ts'
