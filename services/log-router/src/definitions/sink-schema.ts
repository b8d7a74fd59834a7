const text = (maxLength: number, more: object = {}) => ({ type: 'string', minLength: 1, maxLength, ...more })
const whole = (minimum: number, maximum: number, more: object = {}) => ({
  ...{ type: 'integer', minimum, maximum },
  ...more,
})
const list = (items: object, maxItems: number) => ({ type: 'array', maxItems, items })
const texts = (maxProperties: number, maxLength: number) => ({
  ...{ type: 'object', maxProperties },
  additionalProperties: { type: 'string', maxLength },
})
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

const name = text(253)
const fieldName = text(128)
/** RE2 looks at each character of a line with all of a pattern: both are bounded. */
const pattern = text(512)

const labelSelector = object({
  matchLabels: texts(32, 63),
  matchExpressions: list(
    object(
      {
        key: text(317),
        operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
        values: list({ type: 'string', maxLength: 63 }, 64),
      },
      { required: ['key', 'operator'] },
    ),
    32,
  ),
})

const filter = object(
  {
    grep: object({ field: fieldName, pattern, exclude: { type: 'boolean' } }, { required: ['pattern'] }),
    add: texts(16, 1_024),
    remove: list(fieldName, 16),
  },
  { minProperties: 1, maxProperties: 1 },
)

const mebibyte = 2 ** 20

const spec = (cluster: boolean) =>
  object(
    {
      ...(cluster ? { namespaceSelector: labelSelector } : {}),
      selector: labelSelector,
      containers: list(text(63), 32),
      streams: list({ type: 'string', enum: ['stdout', 'stderr'] }, 2),
      startAt: { type: 'string', enum: ['Now', 'Oldest'], default: 'Now' },
      parse: object({ format: { type: 'string', enum: ['json', 'regex'] }, pattern }, { required: ['format'] }),
      filters: list(filter, 16),
      backend: object(
        {
          name: text(214),
          config: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          credentialsRef: object({ name }, { required: ['name'] }),
        },
        { required: ['name'] },
      ),
      batch: object(
        {
          maxLines: whole(1, 20_000, { default: 5_000 }),
          maxBytes: whole(1_024, 4 * mebibyte, { default: mebibyte }),
          maxWaitMilliseconds: whole(1, 60_000, { default: 1_000 }),
        },
        { default: {} },
      ),
      retry: object(
        {
          firstSeconds: whole(1, 60, { default: 1 }),
          maxSeconds: whole(1, 3_600, { default: 60 }),
          timeoutSeconds: whole(1, 300, { default: 30 }),
        },
        { default: {} },
      ),
    },
    { required: ['backend'] },
  )

const status = object({
  observedGeneration: { type: 'integer', format: 'int64' },
  conditions: {
    ...list(
      object(
        {
          ...{ type: text(316), status: { type: 'string', enum: ['True', 'False', 'Unknown'] } },
          ...{ reason: { type: 'string', maxLength: 1_024 }, message: { type: 'string', maxLength: 32_768 } },
          lastTransitionTime: { type: 'string', format: 'date-time' },
          observedGeneration: { type: 'integer', format: 'int64' },
        },
        { required: ['type', 'status'] },
      ),
      8,
    ),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
  },
  lagSeconds: { type: 'integer', format: 'int64' },
  linesPerSecond: { type: 'integer', format: 'int64' },
  bufferedBytes: { type: 'integer', format: 'int64' },
  delivered: { type: 'integer', format: 'int64' },
  dropped: { type: 'integer', format: 'int64' },
  lastError: { type: 'string' },
  lastDeliveryTime: { type: 'string', format: 'date-time' },
  router: { type: 'string' },
})

/** The schema of a sink, in which everything that a writer of one object could let grow is bounded. */
export const sinkSchema = (cluster: boolean) =>
  object(
    {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: spec(cluster),
      status,
    },
    { required: ['spec'] },
  )
