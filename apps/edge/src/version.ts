// The version of this code: of its package, and of what was deployed where the bundler says so (a commit, for example).
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version
