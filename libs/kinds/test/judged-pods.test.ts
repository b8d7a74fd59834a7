import assert from 'node:assert/strict'
import { conform } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import { created, refusedFor, updateRefusedFor } from './support/accepted.ts'

const metadata = { name: 'web', namespace: 'default', labels: { app: 'web' } }
const container = { name: 'web', image: 'x:1' }
const pod = (spec: object): Pod =>
  conform(Pod.schema, { metadata, spec: { containers: [container], ...spec } }).value as Pod

describe("pods that Kubernetes' own code was asked about", () => {
  it('have options of Windows that Windows knows', () => {
    const complaints = (windowsOptions: object): readonly string[] =>
      refusedFor(Pod, pod({ securityContext: { windowsOptions } })).map(text =>
        text.replace(/^.*?windowsOptions\./, ''),
      )
    assert.deepEqual(complaints({ runAsUserName: 'domain\\user', gmsaCredentialSpec: '{}' }), [])
    assert.deepEqual(complaints({ runAsUserName: 'x/' }), [
      'runAsUserName: Invalid value: "x/": runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    ])
    assert.deepEqual(complaints({ runAsUserName: 'a\\b\\c' }), [
      'runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
    ])
    assert.deepEqual(complaints({ runAsUserName: '?\\..' }), [
      'runAsUserName: Invalid value: "?\\\\..": runAsUserName\'s Domain doesn\'t match the NetBios nor the DNS format',
      'runAsUserName: Invalid value: "?\\\\..": runAsUserName\'s User cannot contain only periods or spaces',
    ])
    assert.deepEqual(complaints({ gmsaCredentialSpec: '' }), [
      'gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
    ])
  })

  it('have processes of the host in all containers or in none, in its network', () => {
    const windows = (hostProcess: boolean): object => ({ securityContext: { windowsOptions: { hostProcess } } })
    assert.deepEqual(refusedFor(Pod, pod({ ...windows(true), hostNetwork: true })), [])
    assert.deepEqual(
      refusedFor(
        Pod,
        pod({
          containers: [
            { ...container, ...windows(true) },
            { ...container, name: 'b' },
          ],
        }),
      ),
      [
        'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
        'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
      ],
    )
    assert.deepEqual(
      refusedFor(Pod, pod({ os: { name: 'linux' }, containers: [{ ...container, ...windows(false) }] })),
      ['spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
    )
  })

  it('select by their own labels from the beginning on', () => {
    const term = { topologyKey: 'zone', labelSelector: {}, mismatchLabelKeys: ['app', 'none', 'constructor'] }
    const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['app'] }
    const { spec } = created(
      Pod,
      pod({
        affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
        topologySpreadConstraints: [{ ...spread, labelSelector: {} }],
      }),
    )
    assert.deepEqual(spec?.topologySpreadConstraints?.[0]?.labelSelector, {
      matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }],
    })
    assert.deepEqual(
      spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector,
      { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
    )
    const both = { ...spread, labelSelector: { matchLabels: { app: 'web' } } }
    assert.deepEqual(refusedFor(Pod, pod({ topologySpreadConstraints: [both] })), [
      'spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector',
    ])
  })

  it('begin without ephemeral containers, devices of other users and parts of pages', () => {
    assert.deepEqual(refusedFor(Pod, pod({ ephemeralContainers: [{ ...container, name: 'e' }] })), [
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ])
    const claimed = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }
    const device = { ...container, volumeDevices: [{ name: 'v', devicePath: '/d' }] }
    assert.deepEqual(refusedFor(Pod, pod({ ...claimed, hostUsers: false, containers: [device] })), [
      'spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false',
    ])
    const pages = { ...container, resources: { limits: { 'hugepages-2Mi': '1m', cpu: '1' } } }
    assert.ok(
      refusedFor(Pod, pod({ containers: [pages] })).includes(
        'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "1m": 1m is not positive integer multiple of hugepages-2Mi',
      ),
    )
  })

  it('have profiles of a type', () => {
    const profile = { localhostProfile: 'x' }
    assert.deepEqual(refusedFor(Pod, pod({ securityContext: { appArmorProfile: profile, seccompProfile: {} } })), [
      'spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set',
      'spec.securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set',
    ])
  })

  it('have the least grace there is where it was negative', () =>
    assert.equal(
      created(Pod, pod({ terminationGracePeriodSeconds: -9007199254740991 })).spec?.terminationGracePeriodSeconds,
      1,
    ))

  it('ask for more of a node behind a gate, and take nothing back', () => {
    const requirement = { key: 'zone', operator: 'In', values: ['a'] }
    const other = { key: 'disk', operator: 'Exists' }
    const on = (...nodeSelectorTerms: readonly object[]): object => ({
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
    })
    const gate = { schedulingGates: [{ name: 'a' }] }
    const wrong = (after: object, before: object, gates: object = gate): readonly string[] =>
      updateRefusedFor(Pod, pod({ ...gates, ...after }), pod({ ...gates, ...before })).map(text =>
        text.replace(/ fields other than [^]*\n /, ' …'),
      )
    const one = { matchExpressions: [requirement] }
    const terms = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
    const shown = (...parts: readonly string[]): string => `{"MatchExpressions":${parts.join()},"MatchFields":null}`
    const zone = '[{"Key":"zone","Operator":"In","Values":["a"]}]'

    assert.deepEqual(wrong({ nodeSelector: { a: 'b', c: 'd' } }, { nodeSelector: { a: 'b' } }), [])
    assert.deepEqual(wrong({ nodeSelector: { a: 'c' } }, { nodeSelector: { a: 'b' } }), [
      'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ])
    assert.deepEqual(wrong(on(one), {}), [])
    assert.deepEqual(wrong(on({ matchExpressions: [requirement, other] }), on(one)), [])
    assert.deepEqual(wrong(on({ ...one, matchFields: [{ ...requirement, key: 'metadata.name' }] }), on(one)), [])
    assert.deepEqual(wrong(on({ matchExpressions: [other, requirement] }), on(one)), [
      `${terms}[0]: Invalid value: ${shown(`[{"Key":"disk","Operator":"Exists","Values":null},${zone.slice(1)}`)}: only additions are allowed (no mutations or deletions)`,
    ])
    assert.deepEqual(wrong(on(one), on({})), [
      `${terms}[0]: Invalid value: ${shown(zone)}: only additions are allowed (no mutations or deletions)`,
    ])
    const count = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed'
    assert.deepEqual(wrong(on(one, one), on(one)), [
      `${terms}: Invalid value: [${shown(zone)},${shown(zone)}]: ${count}`,
    ])
    assert.deepEqual(wrong({}, on(one)), [`${terms}: Invalid value: null: ${count}`])
    assert.deepEqual(wrong({ affinity: { podAntiAffinity: {} } }, {}), [
      'spec: Forbidden: pod updates may not change … spec.affinity',
    ])
    assert.deepEqual(wrong({ nodeSelector: { a: 'b' } }, {}, {}), [
      'spec: Forbidden: pod updates may not change … spec.nodeSelector',
    ])
  })

  it('are told of a deadline that goes up, and of no more', () =>
    assert.deepEqual(
      updateRefusedFor(
        Pod,
        pod({ activeDeadlineSeconds: 5, schedulingGates: [{ name: 'b' }], nodeName: 'a' }),
        pod({ activeDeadlineSeconds: 4, schedulingGates: [{ name: 'a' }] }),
      ),
      ['spec.activeDeadlineSeconds: Invalid value: 5: must be less than or equal to previous value'],
    ))

  it('are told once of a device outside of where devices are', () => {
    const claimed = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }
    const volumeDevices = [
      { name: 'v', devicePath: '..' },
      { name: 'v', devicePath: '..' },
    ]
    const backsteps = `Invalid value: "..": can not contain backsteps ('..')`
    assert.deepEqual(refusedFor(Pod, pod({ ...claimed, containers: [{ ...container, volumeDevices }] })), [
      `spec.containers[0].volumeDevices[0].devicePath: ${backsteps}`,
      `spec.containers[0].volumeDevices[1].devicePath: ${backsteps}`,
      'spec.containers[0].volumeDevices[1].name: Invalid value: "v": must be unique',
    ])
  })

  it('name what their environment comes from as if the name were completed later', () => {
    const from = (name: string): Pod => pod({ containers: [{ ...container, envFrom: [{ secretRef: { name } }] }] })
    assert.deepEqual(refusedFor(Pod, from('a-')), [])
    assert.equal(refusedFor(Pod, from('-')).length, 1)
  })

  it('open gates and no others', () =>
    assert.deepEqual(
      updateRefusedFor(Pod, pod({ schedulingGates: [{ name: 'b' }] }), pod({ schedulingGates: [{ name: 'a' }] })),
      ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'"],
    ))
})
