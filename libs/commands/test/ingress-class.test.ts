import assert from 'node:assert/strict'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, world } from './world.ts'

const networking = 'networking.k8s.io'

describe('an ingress that names no class', () => {
  const cluster = async (annotations: Record<string, string> = {}, spec: object = {}) => {
    const it = world({ admission: builtInAdmission })
    const make = async (group: string, resource: string, fields: object) => {
      const done = ok(await it.run({ verb: 'create', kind: kindOf(group, resource), object: object(fields) }))
      it.catchUp()
      return done
    }
    await make('', 'namespaces', { metadata: { name: 'default' } })
    return {
      it,
      ofClass: (name: string, isDefault: string) =>
        make(networking, 'ingressclasses', {
          metadata: { name, annotations: { 'ingressclass.kubernetes.io/is-default-class': isDefault } },
          spec: { controller: 'example.com/c' },
        }),
      classOf: async () => {
        const backend = { defaultBackend: { service: { name: 'web', port: { number: 80 } } } }
        const made = await make(networking, 'ingresses', {
          metadata: { name: 'web', namespace: 'default', annotations },
          spec: { ...backend, ...spec },
        })
        return (made.object as unknown as { spec: { ingressClassName?: string } }).spec.ingressClassName
      },
    }
  }

  it('has none where none is the default', async () => {
    const { ofClass, classOf } = await cluster()
    await ofClass('a', 'false')
    assert.equal(await classOf(), undefined)
  })

  it('is of the default one, of several the newest', async () => {
    const { it, ofClass, classOf } = await cluster()
    await ofClass('old', 'true')
    it.clock.advance(5_000)
    await ofClass('new', 'true')
    assert.equal(await classOf(), 'new')
  })

  it('is left alone where it says something in either way', async () => {
    for (const [annotations, spec, expected] of [
      [{ 'kubernetes.io/ingress.class': 'mine' }, {}, undefined],
      [{}, { ingressClassName: 'mine' }, 'mine'],
    ] as const) {
      const { ofClass, classOf } = await cluster(annotations, spec)
      await ofClass('a', 'true')
      assert.equal(await classOf(), expected)
    }
  })
})
