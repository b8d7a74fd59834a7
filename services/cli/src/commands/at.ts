import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'

export const at = (context: Context, moment: string): Promise<void> =>
  withPast(context, async past => {
    const sequence = await past.sequence(moment)
    context.say(`kubectl --server ${past.server}/at/${sequence} get pods`)
  })
