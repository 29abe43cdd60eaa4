export { checkPackage } from './check-package.ts'
