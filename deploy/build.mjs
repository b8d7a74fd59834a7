// One file that holds the whole product; what comes from npm stays in node_modules. Prints nothing when all is well.
import { build } from 'esbuild'
import { readFileSync, readdirSync } from 'node:fs'

const packages = [
  'package.json',
  ...['libs', 'services'].flatMap(top => readdirSync(top).map(name => `${top}/${name}/package.json`)),
]
const dependencies = packages
  .flatMap(path => Object.keys(JSON.parse(readFileSync(path, 'utf8')).dependencies ?? {}))
  .filter(name => !name.startsWith('@periplus/'))

await build({
  entryPoints: ['services/cli/src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  external: [...new Set(dependencies)].flatMap(name => [name, `${name}/*`]),
})
