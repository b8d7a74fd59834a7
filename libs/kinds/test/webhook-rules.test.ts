import assert from 'node:assert/strict'
import { MutatingWebhookConfiguration } from '../src/index.ts'
import type { MutatingWebhook } from '../src/index.ts'

const usual: MutatingWebhook = {
  name: 'hook.example.com',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://example.com/x' },
  rules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }],
}
const rule = (more: object) => ({ rules: [{ ...usual.rules?.[0], ...more }] })
const service = (more: object) => ({ clientConfig: { service: { namespace: 'ns', name: 'hook', port: 443, ...more } } })

const errorsOf = (...webhooks: readonly object[]): readonly string[] =>
  (
    MutatingWebhookConfiguration.validate?.({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'conf' },
      webhooks: webhooks.map(more => ({ ...usual, ...more })),
    }) ?? []
  ).map(({ field, message }) => `${field}: ${message}`)

const wrong: readonly (readonly [object, string])[] = [
  [
    { name: 'hook.com' },
    'name: Invalid value: "hook.com": should be a domain with at least three segments separated by dots',
  ],
  [{ name: '' }, 'name: Required value'],
  [{ sideEffects: 'Some' }, 'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  [{ timeoutSeconds: 31 }, 'timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
  [{ timeoutSeconds: 0 }, 'timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds'],
  [{ failurePolicy: 'Maybe' }, 'failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"'],
  [
    { reinvocationPolicy: 'Always' },
    'reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
  ],
  [{ admissionReviewVersions: [] }, 'admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
  [
    { admissionReviewVersions: ['v2'] },
    'admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
  ],
  [{ admissionReviewVersions: ['v1', 'v1'] }, 'admissionReviewVersions[1]: Invalid value: "v1": duplicate version'],
  [{ clientConfig: {} }, 'clientConfig: Required value: exactly one of url or service is required'],
  [
    { clientConfig: { url: 'http://example.com' } },
    'clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
  ],
  [
    { clientConfig: { url: 'https://me@example.com' } },
    'clientConfig.url: Invalid value: "me": user information is not permitted in the URL',
  ],
  [
    { clientConfig: { url: 'https://example.com?a=b' } },
    'clientConfig.url: Invalid value: "a=b": query parameters are not permitted in the URL',
  ],
  [
    { clientConfig: { url: 'https://example.com#a' } },
    'clientConfig.url: Invalid value: "a": fragments are not permitted in the URL',
  ],
  [
    { clientConfig: { url: 'https:///x' } },
    'clientConfig.url: Invalid value: "": host must be specified; desired format: https://host[/path]',
  ],
  [service({ name: '' }), 'clientConfig.service.name: Required value'],
  [
    service({ port: 65536 }),
    'clientConfig.service.port: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive',
  ],
  [service({ path: 'xy' }), `clientConfig.service.path: Invalid value: "xy": must start with a '/'`],
  [service({ path: '/a//b' }), 'clientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty'],
  [rule({ operations: [] }), 'rules[0].operations: Required value'],
  [
    rule({ operations: ['*', 'CREATE'] }),
    `rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
  ],
  [rule({ apiVersions: [''] }), 'rules[0].apiVersions[0]: Required value'],
  [
    rule({ resources: ['*', 'pods'] }),
    `rules[0].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources without subresources`,
  ],
  [
    rule({ resources: ['pods/*', 'pods/status'] }),
    'rules[0].resources[1]: Invalid value: "pods/status": if \'pods/*\' is present, must not specify pods/status',
  ],
  [rule({ scope: 'All' }), 'rules[0].scope: Unsupported value: "All": supported values: "*", "Cluster", "Namespaced"'],
  [{ objectSelector: { matchLabels: { 'a b': 'c' } } }, 'objectSelector.matchLabels: Invalid value: "a b": '],
  [
    { matchConditions: [{ name: 'a', expression: 'object..x' }] },
    'matchConditions[0].expression: Invalid value: "object..x": compilation failed: ',
  ],
  [{ matchConditions: [{ name: 'a', expression: ' ' }] }, 'matchConditions[0].expression: Required value'],
  [
    {
      matchConditions: [
        { name: 'a', expression: 'true' },
        { name: 'a', expression: 'true' },
      ],
    },
    'matchConditions[1].name: Duplicate value: "a"',
  ],
]

describe('configurations of webhooks', () => {
  it('take what Kubernetes takes', () => {
    assert.deepEqual(errorsOf({}), [])
    assert.deepEqual(errorsOf({}, { name: 'other.example.com', ...service({ path: '/a/b/' }) }), [])
    assert.deepEqual(errorsOf({ clientConfig: { url: 'https://[::1]:9443/x' } }), [])
    assert.deepEqual(
      errorsOf(rule({ resources: ['*', '*/status', 'pods/log'], apiGroups: [''], operations: ['*'] })),
      [],
    )
  })

  for (const [more, words] of wrong)
    it(`are refused ${JSON.stringify(more)}`, () => {
      const [first, ...others] = errorsOf(more)
      assert.ok(first?.startsWith(`webhooks[0].${words}`), first)
      assert.deepEqual(others, [])
    })

  it('name each webhook once', () => {
    assert.deepEqual(errorsOf({}, {}), ['webhooks[1].name: Duplicate value: "hook.example.com"'])
  })
})
