// `npm run docs -- [build | dev]`: builds the site and checks its links, or serves it while pages are written.
import { createServer } from 'vitepress'
import { buildSite, home, makePages } from './build-site.ts'

const command = process.argv[2] ?? 'build'
if (command === 'build') console.log(`docs: the site is in ${await buildSite()}`)
else if (command === 'dev') {
  await makePages()
  const server = await createServer(home)
  await server.listen()
  server.printUrls()
} else {
  console.error(`docs: "${command}" is no command. Wanted: build or dev.`)
  process.exitCode = 2
}
