// Applies the routes of its argument, and prints what came of it.
import { applyRoutes } from '../../src/index.ts'

const wanted = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>
const applied = await applyRoutes(
  177,
  Object.entries(wanted).map(([network, via]) => ({ network, via })),
)
console.log(applied._tag === 'Left' ? applied.left : 'done')
