export { brokenLinks } from './check-site.ts'
export { generatedPages } from './generated-pages.ts'
export { site } from './site.ts'
