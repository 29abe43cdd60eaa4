export { checkPackage } from './check-package.ts'
export { EXAMPLE_PACKAGE, makeExamplePackage } from './example-package.ts'
export { LICENSE, makePackage } from './make-package.ts'
export { publishedPackages, type Workspace } from './published-packages.ts'
