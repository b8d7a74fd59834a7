import { adminApi } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { sequenceArgument, withLog } from './open.ts'

export const at = (context: Context, moment: string): Promise<void> =>
  withLog(context, async log => {
    const sequence = await sequenceArgument(log, moment)
    const api = adminApi(context.home)
    context.say(`kubectl --server ${api.server}/at/${sequence} get pods`)
    api.close()
  })
