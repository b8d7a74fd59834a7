// Removes what `apply-routes.ts` has made, and prints what came of it.
import { removeRoutes } from '../../src/index.ts'

const removed = await removeRoutes(177, process.argv[2] ?? '')
console.log(removed._tag === 'Left' ? removed.left : 'done')
