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

const [outdir = 'dist', ...entryPoints] = process.argv.slice(2)

await build({
  entryPoints: entryPoints.length > 0 ? entryPoints : ['services/cli/src/main.ts'],
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
