import { formatTime } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, deciding } from '@periplus/controller'
import { Secret } from '@periplus/kinds'
import { tokenCleaner } from '../src/index.ts'

const token = (expiration: string, type = 'bootstrap.kubernetes.io/token'): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' },
    type,
    data: { expiration: Buffer.from(expiration).toString('base64') },
  }) as KubernetesObject
const at = (milliseconds: number): string => formatTime(anHourLater + milliseconds)
const key = 'kube-system/bootstrap-token-abcdef'

describe('the token cleaner', () => {
  const given = deciding(tokenCleaner)

  it('deletes a bootstrap token when its time is over, and wakes for it', () => {
    given(token(at(30_000)))
      .when(key)
      .then()
      .requeuesAfter(30_000)
    given(token(at(0)))
      .when(key)
      .then({ verb: 'delete', kind: Secret })
      .why('its time is over')
  })

  it('leaves what does not end, cannot be read or is another kind of secret', () => {
    given(token('')).when(key).then()
    given(token('tomorrow')).when(key).then()
    given(token(at(-1), 'Opaque'))
      .when(key)
      .then()
    given().when(key).then()
  })
})
