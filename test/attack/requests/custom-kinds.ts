import type { KubernetesObject } from '@periplus/api'

const definition = (plural: string, kind: string, scope: string, spec: object, more: object): KubernetesObject =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.attack.example.com` },
    spec: {
      group: 'attack.example.com',
      scope,
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: anything } } },
          subresources: { status: {} },
          ...more,
        },
      ],
    },
  }) as unknown as KubernetesObject

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const rich = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 0, maximum: 100, default: 3 },
    name: { type: 'string', pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 },
    port: { 'x-kubernetes-int-or-string': true },
    when: { type: 'string', format: 'date-time' },
    parts: {
      type: 'array',
      maxItems: 50,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, weight: { type: 'number' } },
      },
    },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', maxItems: 10, items: { type: 'string' } },
    map: { type: 'object', additionalProperties: { type: 'string', nullable: true } },
    template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  },
}

/** A kind with all that definitions can say, and one that takes anything. */
export const customDefinitions: readonly KubernetesObject[] = [
  definition('gadgets', 'Gadget', 'Namespaced', rich, {
    subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size' } },
    additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
    selectableFields: [{ jsonPath: '.spec.name' }],
  }),
  definition('heaps', 'Heap', 'Cluster', anything, {}),
]

/** Objects of these kinds. */
export const customObjects: readonly KubernetesObject[] = [
  {
    apiVersion: 'attack.example.com/v1',
    kind: 'Gadget',
    metadata: { name: 'gadget', namespace: 'default' },
    spec: {
      size: 2,
      name: 'a',
      port: 'http',
      when: '2025-01-01T00:00:00Z',
      parts: [{ name: 'a', weight: 1.5 }],
      set: ['a', 'b'],
      map: { a: 'b' },
      template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: {} },
    },
  } as KubernetesObject,
  {
    apiVersion: 'attack.example.com/v1',
    kind: 'Heap',
    metadata: { name: 'heap' },
    spec: { a: { b: [1, 'x', null] } },
  } as KubernetesObject,
]
