// Applies the routes of its first argument, over the overlay that its second one describes, and prints what came of it.
import { applyRoutes } from '../../src/index.ts'
import type { Overlay } from '../../src/index.ts'

const wanted = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<string, string>>
const applied = await applyRoutes(
  177,
  Object.entries(wanted).map(([network, via]) => ({ network, via })),
  process.argv[3] === undefined ? undefined : (JSON.parse(process.argv[3]) as Overlay),
)
console.log(applied._tag === 'Left' ? applied.left : 'done')
