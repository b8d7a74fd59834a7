import type { Context } from '../main.ts'
import { withLog } from './open.ts'

export const replay = (context: Context): Promise<void> => withLog(context, async () => undefined)
