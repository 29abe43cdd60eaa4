// npm run setup:node, npm run setup:gpu: installs TensorFlow's own library for the backend of that name.
//   DISRANKER_LIBTENSORFLOW=<folder>   uses the library in the folder; without it the package downloads one
import { InputError, runProgram } from '@disranker/stage'
import { openBackend } from '../backends/open-backend.ts'
import {
  packageFolder,
  TENSORFLOW_PACKAGES,
  TENSORFLOW_VERSION,
} from '../backends/tensorflow/tensorflow-package.ts'
import { buildBinding } from './build-binding.ts'
import { installPackage } from './install-package.ts'
import { ownLibrary } from './own-library.ts'

await runProgram('setup', ([name]) => setUp(name, process.env.DISRANKER_LIBTENSORFLOW))

async function setUp(name: string | undefined, given: string | undefined): Promise<void> {
  if (name !== 'node' && name !== 'gpu')
    throw new InputError(`setup is for node or gpu, got ${name ?? 'nothing'}.`)
  const library = given ? ownLibrary(given) : undefined
  if (library) console.log(`Found ${library.files.join(' and ')} in ${library.folder}.`)
  const failed = installPackage(name, library === undefined)
  if (failed !== undefined)
    throw new InputError(
      `${TENSORFLOW_PACKAGES[name]} ${TENSORFLOW_VERSION} did not install.${library ? '' : ' It downloads its library from storage.googleapis.com; with one of your own in DISRANKER_LIBTENSORFLOW (a release of libtensorflow, or the folder "tensorflow" of the Python package) nothing is downloaded.'} npm said:\n${failed}`,
    )
  if (library) {
    console.log(`Compiling the binding of ${TENSORFLOW_PACKAGES[name]} ${TENSORFLOW_VERSION} ...`)
    buildBinding(packageFolder(name), library)
  }
  await openBackend(name, { log: console.log })
}
