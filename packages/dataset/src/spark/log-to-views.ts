// `npm run spark --workspace @disranker/dataset -- <log> <views> [master]`: turns the rows of a log into
// views on Spark, with the SQL that DuckDB runs in `pairs`. Java and Spark must be installed: SPARK_HOME
// names Spark; Java is taken from JAVA_HOME or PATH.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InputError, runProgram } from '@disranker/stage'
import recipe from '../../recipes/pairs.ts'
import { sparkSql } from './spark-sql.ts'

/** a small cluster on one machine: two workers with a core and a gigabyte each, as separate processes */
const LOCAL_CLUSTER = 'local-cluster[2,1,1024]'

function run(log: string | undefined, views: string | undefined, master: string): void {
  const home = process.env.SPARK_HOME
  if (home === undefined || !existsSync(join(home, 'jars')))
    throw new InputError(
      `SPARK_HOME is ${home ?? 'not set'}. Wanted: the folder of a Spark 4 with jars/ in it. The README of packages/dataset/src/spark says where one comes from.`,
    )
  if (log === undefined || views === undefined)
    throw new InputError('Wanted: npm run spark --workspace @disranker/dataset -- <log> <views> [master].')
  const scratch = mkdtempSync(join(process.env.DISRANKER_SPARK_SCRATCH ?? tmpdir(), 'spark-'))
  try {
    const file = join(scratch, 'job.sql')
    const isPath = existsSync(log)
    mkdirSync(resolve(views, '..'), { recursive: true })
    writeFileSync(
      file,
      sparkSql(recipe.log, {
        log: isPath ? resolve(log) : log,
        out: isPath ? resolve(views) : views,
      }),
    )
    const java = process.env.JAVA_HOME === undefined ? 'java' : join(process.env.JAVA_HOME, 'bin', 'java')
    const { status, error } = spawnSync(java, [...javaOptions(home), ...submit(master, scratch, file)], {
      stdio: 'inherit',
      cwd: scratch,
      // Spark's own scripts set this for workers; without it they start no executor
      env: { ...process.env, SPARK_HOME: home, SPARK_SCALA_VERSION: scalaVersion(home) },
    })
    if (error !== undefined)
      throw new InputError(`${java} cannot be run: ${error.message}. Wanted: Java 17 or 21.`)
    if (status !== 0) throw new InputError(`Spark ended with status ${status}; its output is above.`)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** `2.13`, from the name of Spark's own library */
const scalaVersion = (home: string) =>
  readdirSync(join(home, 'jars'))
    .map((name) => name.match(/^scala-library-(\d+\.\d+)/)?.[1])
    .find((version) => version !== undefined)

/** the options that Spark's own scripts give a recent Java */
const javaOptions = (home: string) => [
  '-Xmx1g',
  '-XX:+IgnoreUnrecognizedVMOptions',
  '--add-modules=jdk.incubator.vector',
  ...[
    'java.lang',
    'java.lang.invoke',
    'java.lang.reflect',
    'java.io',
    'java.net',
    'java.nio',
    'java.util',
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  ...[
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'jdk.internal.ref',
    'sun.nio.ch',
    'sun.nio.cs',
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  ...['sun.security.action', 'sun.util.calendar'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
  '-Djdk.reflect.useDirectMethodHandle=false',
  '-cp',
  `${join(home, 'jars')}/*`,
  'org.apache.spark.deploy.SparkSubmit',
]

const submit = (master: string, scratch: string, file: string) => [
  '--master',
  master,
  '--class',
  'org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver',
  ...Object.entries({
    'spark.sql.session.timeZone': 'UTC',
    'spark.sql.warehouse.dir': join(scratch, 'tables'),
    // no metastore: the tables exist only for this job
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.sql.legacy.createHiveTableByDefault': 'false',
    'spark.sql.shuffle.partitions': '16',
    'spark.ui.enabled': 'false',
  }).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
  'spark-internal',
  '-f',
  file,
]

await runProgram('spark', ([log, views, master = LOCAL_CLUSTER]) => run(log, views, master))
