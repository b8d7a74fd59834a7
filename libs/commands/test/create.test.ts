import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import { Service, ServiceCIDR } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { serviceAllocation } from '../src/allocation/service-allocation.ts'
import { builtInAdmission } from '../src/index.ts'
import type { AdmissionPlugin } from '../src/index.ts'
import { at, patchOf, statusOfRefused, webhook, webhookWorld } from './webhook-world.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const configMaps = kindOf('', 'configmaps')
const named = (name: string, more: object = {}) =>
  object({ metadata: { name, namespace: 'default' }, data: { a: '1' }, ...more })
const creation = (fields: ReturnType<typeof object>, more: { readonly dryRun?: boolean } = {}) => ({
  verb: 'create' as const,
  kind: configMaps,
  object: fields,
  ...more,
})
const said = (why: Refusal) => {
  const { code, reason, message } = statusOf(why)
  return [code, reason, message]
}
const exists = [409, 'AlreadyExists', 'configmaps "there" already exists']

/** A world where `there` is, and its log counts how often somebody reads an object's last event. */
const withThere = async (admission: readonly AdmissionPlugin[] = []) => {
  let reads = 0
  const it = world({
    admission,
    through: log => ({ ...log, last: ref => (reads++, log.last(ref)) }),
  })
  ok(await it.run(creation(named('there'))))
  it.catchUp()
  return { ...it, reads: () => reads }
}

describe('what is created under a name that is taken', () => {
  it('is told so after one look at the log, tried or meant', async () => {
    const { run, reads } = await withThere()
    for (const dryRun of [false, true])
      assert.deepEqual(said(refusal(await run(creation(named('there'), { dryRun })))), exists)
    assert.equal(reads(), 2)
  })

  it('is told first which rules it breaks, as Kubernetes asks its store last', async () => {
    const { run } = await withThere()
    const wrong = named('there', { data: { 'a b': '1' } })
    for (const dryRun of [false, true])
      assert.match(statusOf(refusal(await run(creation(wrong, { dryRun })))).message ?? '', /^ConfigMap "there" is inv/)
    const { metadata, ...rest } = wrong as typeof wrong & { metadata: object }
    const versioned = object({ ...rest, metadata: { ...metadata, resourceVersion: '7' } })
    assert.equal(refusal(await run(creation(versioned))).tag, 'Invalid')
    const nameless = object({ ...rest, metadata: { namespace: 'default' } })
    const { details } = statusOf(refusal(await run(creation(nameless))))
    assert.deepEqual(
      details?.causes?.map(({ field }) => field),
      ['metadata.name', 'data[a b]'],
    )
  })

  it('is told first what admission has against it, in the order of Kubernetes', async () => {
    const calls: string[] = []
    const forbid: AdmissionPlugin = {
      name: 'Forbid',
      validate: candidate => {
        calls.push(candidate.operation)
        return candidate.next.metadata?.labels?.['no']
          ? {
              refusal: {
                tag: 'Forbidden',
                target: { group: '', resource: 'configmaps', name: 'there' },
                message: 'no',
              },
            }
          : undefined
      },
    }
    const { run } = await withThere([forbid])
    const unwanted = object({ metadata: { name: 'there', namespace: 'default', labels: { no: 'x' } } })
    assert.equal(refusal(await run(creation(unwanted))).tag, 'Forbidden')
    assert.deepEqual(said(refusal(await run(creation(named('there'))))), exists)
    assert.deepEqual([...new Set(calls)], ['create'])
  })

  it('goes to webhooks first', async function () {
    this.timeout(60_000)
    const it = await webhookWorld()
    const mutating = await webhook(() => patchOf({ op: 'add', path: '/data/b', value: '2' }))
    const validating = await webhook(({ object: asked }) => ({
      allowed: asked?.data?.['a'] !== 'bad',
      status: { message: 'bad data' },
    }))
    try {
      const group = 'admissionregistration.k8s.io'
      ok(await it.create('there'))
      it.catchUp()
      await it.make(group, 'mutatingwebhookconfigurations', { metadata: { name: 'm' }, webhooks: [at(mutating)] })
      await it.make(group, 'validatingwebhookconfigurations', { metadata: { name: 'v' }, webhooks: [at(validating)] })
      assert.equal(statusOfRefused(await it.create('there')).reason, 'AlreadyExists')
      assert.deepEqual([mutating.requests.length, validating.requests[0]?.object?.data], [1, { a: '1', b: '2' }])
      assert.match(statusOfRefused(await it.create('there', { data: { a: 'bad' } })).message ?? '', /bad data/)
    } finally {
      it.close()
      await Promise.all([mutating.close(), validating.close()])
    }
  })

  it('is refused by a quota that is used up', async () => {
    const it = world({ admission: builtInAdmission })
    const make = async (resource: string, fields: object) => {
      ok(await it.run({ verb: 'create', kind: kindOf('', resource), object: object(fields) }))
      it.catchUp()
    }
    await make('namespaces', { metadata: { name: 'default' } })
    const metadata = { name: 'there', namespace: 'default' }
    await make('configmaps', { metadata })
    await make('resourcequotas', { metadata, spec: { hard: { 'count/configmaps': '2' } } })
    assert.deepEqual(said(refusal(await it.run(creation(named('there'))))), exists)
    await make('configmaps', { metadata: { ...metadata, name: 'other' } })
    assert.match(statusOf(refusal(await it.run(creation(named('there'))))).message ?? '', /exceeded quota: there/)
  })

  it('hears of one that is being deleted, and of a name that the server could have chosen', async () => {
    const { run, catchUp } = await withThere()
    const held = { metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/wait'] } }
    ok(await run(creation(object(held))))
    ok(await run({ verb: 'delete', kind: configMaps, ref: refOf('', 'configmaps', 'default', 'held'), options: {} }))
    catchUp()
    const deleting = 'object is being deleted: configmaps "held" already exists'
    assert.deepEqual(said(refusal(await run(creation(named('held'))))), [409, 'AlreadyExists', deleting])
    const both = object({ metadata: { name: 'there', generateName: 'th', namespace: 'default' } })
    const { message, details } = statusOf(refusal(await run(creation(both))))
    const unable = 'already exists, the server was not able to generate a unique name for the object'
    assert.deepEqual([message, details?.retryAfterSeconds], [`configmaps "there" ${unable}`, 1])
  })

  it('is what an earlier try of the same command made, whatever that took', async () => {
    const allocation = serviceAllocation()
    const one = world({ admission: [allocation] })
    const range = { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/24'] } }
    ok(await one.run({ verb: 'create', kind: ServiceCIDR, object: object(range) }))
    one.catchUp()
    const web = {
      verb: 'create' as const,
      kind: Service,
      object: object({
        metadata: { name: 'web', namespace: 'default' },
        spec: { clusterIP: '10.96.0.9', ports: [{ port: 80, protocol: 'TCP' }] },
      }),
    }
    const made = ok(await one.run(web, 'same'))
    const restarted = world({ log: one.log, admission: [allocation], prefix: 'other' })
    restarted.catchUp()
    assert.deepEqual(ok(await restarted.run(web, 'same')), made)
    assert.match(statusOf(refusal(await restarted.run(web))).message ?? '', /provided IP is already allocated/)
  })
})

describe('names that the server generates', () => {
  const generated = (name: string) =>
    object({ metadata: { generateName: name, namespace: 'default' }, data: { a: '1' } })

  it('are tried eight times, and then the last is told as taken', async () => {
    const tried: string[] = []
    const taken = memoryOfTaken(tried)
    const { code, reason, message } = statusOf(refusal(await taken.run(creation(generated('x-')))))
    assert.deepEqual([code, reason], [409, 'AlreadyExists'])
    assert.match(message ?? '', /"x-\w{5}" already exists, the server was not able to generate a unique name/)
    assert.equal(new Set(tried).size, 8)
  })

  it('are of no use to an object that breaks a rule', async () => {
    const { run } = await withThere()
    const wrong = object({ metadata: { generateName: 'x-', namespace: 'default' }, data: { 'a b': '1' } })
    assert.equal(refusal(await run(creation(wrong))).tag, 'Invalid')
  })
})

/** A world whose log has everything already that anybody asks for, and keeps for what that was. */
const memoryOfTaken = (tried: string[]): World => {
  const other = world({ prefix: 'other' })
  return world({
    log: other.log,
    through: log => ({
      ...log,
      append: async event => {
        tried.push(event.ref.name)
        if (event.expected === 0 && E.isRight(await log.last(event.ref)))
          await other.run(creation(named(event.ref.name)))
        return log.append(event)
      },
    }),
  })
}
