import { E, containedClock, freshSeed, seededRandom, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { accessWebhook, readAuthorization, reviewServer, reviewWebhook } from '@periplus/apiserver'
import type { ConfiguredAuthorizer, JudgeOf, SecurityOptions } from '@periplus/apiserver'
import { httpsWebhooks } from '@periplus/webhooks'
import type { WebhookClient } from '@periplus/webhooks'
import { CannotGoOn } from '../home/say.ts'
import { follow } from './followed-file.ts'
import type { RoleProcess } from './role.ts'

/** Milliseconds that Kubernetes waits for a token's review, and that a request of it waits for a judge. */
const [tokenPatience, judgePatience] = [30_000, 60_000]
/** Milliseconds between two lines about a server that does not answer. */
const toldEvery = 10_000

/** Servers outside that know tokens and judge what people may, where the operator named some; the latter come and go with their file. */
export const reviewWebhooksOf = (
  process: RoleProcess,
  by: Clock = systemClock,
): Pick<SecurityOptions, 'tokenWebhook' | 'judges'> => {
  const { settings, onBug, onStop } = process
  const clock = containedClock(systemClock, onBug)
  if (settings.tokenWebhookConfig === undefined && settings.authorizationConfig === undefined) return {}
  const client = httpsWebhooks({ resolve: () => E.left('it is no service of the cluster'), clock })
  onStop({ name: 'review webhooks', stop: async () => client.close() })
  return { ...tokenWebhookOf(process, client), ...judgesOf(process, client, by) }
}

const tokenWebhookOf = (process: RoleProcess, client: WebhookClient): Pick<SecurityOptions, 'tokenWebhook'> => {
  const { settings, onBug } = process
  if (settings.tokenWebhookConfig === undefined) return {}
  const access = reviewServer(settings.tokenWebhookConfig)
  if (E.isLeft(access)) throw new CannotGoOn(access.left)
  const clock = containedClock(systemClock, onBug)
  return {
    tokenWebhook: {
      ask: reviewWebhook({
        ...{ access: access.right, client, clock, random: seededRandom(freshSeed()) },
        ...{ timeoutMilliseconds: tokenPatience, patienceMilliseconds: tokenPatience },
      }),
      clock,
      version: settings.tokenWebhookVersion,
      cacheMilliseconds: settings.tokenWebhookCacheSeconds * 1000,
      onTrouble: seldom(process, 'the webhook that knows tokens does not answer'),
    },
  }
}

const judgesOf = (process: RoleProcess, client: WebhookClient, by: Clock): Pick<SecurityOptions, 'judges'> => {
  const { settings, onBug } = process
  if (settings.authorizationConfig === undefined) return {}
  const clock = containedClock(systemClock, onBug)
  const judgeOf = (configured: ConfiguredAuthorizer): JudgeOf => {
    if (configured.tag !== 'Webhook') return configured.tag
    const { access, timeoutMilliseconds, name } = configured
    const ask = reviewWebhook({
      ...{ access, client, timeoutMilliseconds, patienceMilliseconds: judgePatience },
      ...{ clock, random: seededRandom(freshSeed()) },
    })
    return accessWebhook({
      ...{ configured, clock, ask },
      onTrouble: seldom(process, `the authorizer ${name} does not answer`),
    })
  }
  const judges = follow(process, {
    ...{ path: settings.authorizationConfig, name: 'authorization', clock: by },
    read: readAuthorization,
    make: configured => ({ value: configured.map(judgeOf) }),
  })
  return { judges }
}

/** Requests may fail by the thousand for one reason. */
const seldom = ({ logger }: RoleProcess, message: string): ((why: string) => void) => {
  let last = -Infinity
  return reason => {
    if (systemClock.now() - last < toldEvery) return
    last = systemClock.now()
    logger.warn(message, { reason })
  }
}
