import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { momentAt } from './since.ts'

export const at = (context: Context, moment: string): Promise<void> =>
  withPast(context, async past => {
    const sequence = await past.sequence(momentAt(moment))
    context.say(`kubectl --server ${past.server}/at/${sequence} get pods`)
  })
