// One file that holds the whole product; what comes from npm stays in node_modules. Prints nothing when all is well.
import { build } from 'esbuild'
import { readFileSync } from 'node:fs'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

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
  external: Object.keys(dependencies).flatMap(name => [name, `${name}/*`]),
})
