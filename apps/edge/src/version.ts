// The version of this code: of its package, and of the deployment if the bundler sets it (a commit, for
// example).
import manifest from '../package.json' with { type: 'json' }

export const VERSION: string = manifest.version
