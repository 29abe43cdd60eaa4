export { checkPackage } from './check-package.ts'
export { makePackage } from './make-package.ts'
export { publishedPackages, type Workspace } from './published-packages.ts'
