// One bundle that holds the whole product; what comes from npm stays in node_modules. Prints nothing when all is well.
// `node deploy/build.mjs OUT ENTRY...` bundles other programs of the checkout alike, such as the benchmarks.
import { build } from 'esbuild'
import { readFileSync, readdirSync } from 'node:fs'

const packages = [
  'package.json',
  ...['libs', 'services'].flatMap(top => readdirSync(top).map(name => `${top}/${name}/package.json`)),
]
const dependencies = packages
  .flatMap(path => Object.keys(JSON.parse(readFileSync(path, 'utf8')).dependencies ?? {}))
  .filter(name => !name.startsWith('@periplus/'))

const [outdir = 'dist', ...given] = process.argv.slice(2)
const programs = given.length > 0 ? given : ['services/cli/src/main.ts']

// Scripts of threads are looked for beside the program.
const threads = ['libs', 'services']
  .flatMap(top => readdirSync(top, { recursive: true }).map(path => `${top}/${path}`))
  .filter(path => /^[^/]*\/[^/]*\/src\/.*-thread\.ts$/.test(path))

await build({
  entryPoints: [...programs, ...threads],
  entryNames: '[name]',
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  external: [...new Set(dependencies)].flatMap(name => [name, `${name}/*`]),
})
