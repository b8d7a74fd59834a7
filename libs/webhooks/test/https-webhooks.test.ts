import { systemClock } from '@periplus/prelude'
import { webhookClientContract } from '../src/contract.ts'
import { httpsWebhooks } from '../src/index.ts'

describe('webhooks over HTTPS', function () {
  this.timeout(60_000)
  webhookClientContract(resolve => httpsWebhooks({ resolve, clock: systemClock }))
})
