import type { LogBackend } from './backend.ts'
import { clickhouseBackend } from './clickhouse/clickhouse-backend.ts'
import { elasticsearchBackend } from './elasticsearch/elasticsearch-backend.ts'
import { fileBackend } from './file/file-backend.ts'
import { fluentdBackend } from './fluentd/fluentd-backend.ts'
import { kafkaBackend } from './kafka/kafka-backend.ts'
import { lokiBackend } from './loki/loki-backend.ts'
import { otlpBackend } from './otlp/otlp-backend.ts'
import { redisBackend } from './redis/redis-backend.ts'
import { s3Backend } from './s3/s3-backend.ts'
import { stdoutBackend } from './stdout/stdout-backend.ts'
import { syslogBackend } from './syslog/syslog-backend.ts'
import { webhookBackend } from './webhook/webhook-backend.ts'

/** The adapters that come with Periplus, by the names that sinks give. */
export const builtInBackends: ReadonlyMap<string, LogBackend> = new Map(
  [
    ...[clickhouseBackend, elasticsearchBackend, fileBackend, fluentdBackend, kafkaBackend, lokiBackend, otlpBackend],
    ...[redisBackend, s3Backend, stdoutBackend, syslogBackend, webhookBackend],
  ].map(backend => [backend.name, backend]),
)
